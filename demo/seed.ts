import { addAttestation } from '../capabilities/assurance/attestations.ts'
import { addException, endException, listExceptions } from '../capabilities/assurance/exceptions.ts'
import { takeRegister } from '../capabilities/people/register-csv.ts'
import { readRegister, storeRegister } from '../capabilities/people/store.ts'
import type { FactKind } from '../facts/kinds.ts'
import type { Check } from '../kernel/check/check.ts'
import type { Clock } from '../kernel/clock/clock.ts'
import type { RegisteredSystem } from '../kernel/collect/systems.ts'
import type { Database } from '../kernel/db/database.ts'
import type { Policy } from '../kernel/policy/policy-schema.ts'
import { type Decision, decisionsOf } from './decisions.ts'
import { dayStart } from './facts-of.ts'
import { registerAt } from './register.ts'
import { instantsOfStory, isRead, REGISTER_DAYS } from './story.ts'
import { instantOfStory, on } from './when.ts'

/** A house and its measuring street, to be walked through the past. The functions are those that a real house uses. */
export interface SeedHouse {
  readonly database: Database
  readonly policy: Policy
  readonly checks: ReadonlyMap<string, Check>
  readonly systems: readonly RegisteredSystem[]
  /** The measuring street under a clock of its own. */
  street(clock: Clock): Street
}

export interface Street {
  /** Reads these systems, all their kinds, and marks what changed. */
  collect(systems: readonly string[]): Promise<void>
  /** Marks kinds of a system that somebody else stored. */
  changed(system: RegisteredSystem, kinds: readonly FactKind[]): void
  /** Judges what is marked, and what depends on the clock; derives, records and tells the states. */
  judge(): Promise<void>
}

export interface SeedOptions {
  /** When the demo is made: the past ends here. */
  readonly now: Date
  readonly onProgress: (done: number, total: number) => void
}

/**
 * Tells the past of the demo company: walks from its first day to `now`, reads the made-up systems, imports the register,
 * records decisions and judges, each at its own instant. Facts are made up; everything else is what the measuring street
 * makes of them. The same `now` gives the same past.
 *
 * The database must hold nothing yet but the list of systems; see `claimHouse` for what keeps it to one telling.
 */
export async function seedDemo(house: SeedHouse, { now: made, onProgress }: SeedOptions): Promise<void> {
  let at = made
  const clock: Clock = { now: () => at }
  const street = house.street(clock)
  const instants = instantsOfStory(made)
  const decisions = [...decisionsOf(made)].sort(
    (a, b) => instantOfStory(a.when, made).getTime() - instantOfStory(b.when, made).getTime(),
  )
  const imports = REGISTER_DAYS.map((day) => instantOfStory(on(day), made))
  const names = house.systems.filter((s) => s.kind !== 'register').map((s) => s.name)
  for (const [n, instant] of instants.entries()) {
    at = instant
    while (imports[0] !== undefined && imports[0] <= at) {
      imports.shift()
      await importRegister(house, street, clock, made)
    }
    for (let next = decisions[0]; next !== undefined && instantOfStory(next.when, made) <= at; next = decisions[0]) {
      decisions.shift()
      await decide(house, next, at)
    }
    await street.collect(names.filter((name) => isRead(name, at, made)))
    await street.judge()
    if (ANALYSED_AFTER.has(n)) await house.database.stage('bf_owner').query('analyze')
    onProgress(n + 1, instants.length)
  }
}

/** Three months pass in seconds, too quickly for autovacuum: without statistics the checks that join most are slow. */
const ANALYSED_AFTER: ReadonlySet<number> = new Set([0, 4, 40])

async function importRegister(house: SeedHouse, street: Street, clock: Clock, made: Date): Promise<void> {
  const system = house.systems.find((s) => s.kind === 'register')
  if (system === undefined) throw new Error('no register')
  const collect = house.database.stage('bf_collect')
  const register = takeRegister(registerAt(dayStart(clock.now()), made), await readRegister(collect, system))
  street.changed(system, await storeRegister(collect, clock, system, register))
}

async function decide(house: SeedHouse, decision: Decision, now: Date): Promise<void> {
  const desk = house.database.stage('bf_desk')
  const { by } = decision
  if (decision.kind === 'attestation') {
    await addAttestation(desk, decision.wanted, { by, now, policy: house.policy })
  } else if (decision.kind === 'exception') {
    const known = { checks: new Set(house.checks.keys()), systems: new Set(house.systems.map((s) => s.name)) }
    await addException(desk, decision.wanted, { by, now, known })
  } else {
    const running = (await listExceptions(desk, now, true)).find((e) => e.check === decision.check)
    if (running === undefined) throw new Error(`no exception for ${decision.check} is running`)
    await endException(desk, running.id, by, now)
  }
}
