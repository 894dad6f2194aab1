import type { FactKind } from '../../facts/kinds.ts'
import type { Check } from '../../kernel/check/check.ts'
import { judge } from '../../kernel/check/judge.ts'
import { type VerdictRow, verdictRows } from '../../kernel/check/row-query.ts'
import type { Clock } from '../../kernel/clock/clock.ts'
import type { Connector, Targets } from '../../kernel/collect/connector.ts'
import { collectSystem } from '../../kernel/collect/run.ts'
import { type RegisteredSystem, syncSystems } from '../../kernel/collect/systems.ts'
import type { Database } from '../../kernel/db/database.ts'
import type { RegisterRows, SandboxRegister } from '../../kernel/drill/drill.ts'
import { goodRegister } from '../../kernel/drill/sandbox-register.ts'

/** A sandbox with its place in a scratch database: what a drill plays on. */
export interface Stage {
  readonly register: SandboxRegister
  /** Collects what the check reads, judges it, and returns its rows. */
  look(check: Check): Promise<readonly VerdictRow[]>
  /** Collects and judges everything that applies to the sandbox. */
  lookAtAll(): Promise<readonly VerdictRow[]>
}

export interface StageInput {
  readonly database: Database
  readonly clock: Clock
  readonly kind: 'host' | 'postgres' | 'endpoint'
  readonly target: Targets[keyof Targets]
  readonly labels: readonly { label: string; value: string }[]
  readonly connectors: readonly Connector[]
  readonly checks: readonly Check[]
}

/** Sets a stage: registers the sandbox as the only system beside the register. */
export async function setStage(input: StageInput): Promise<Stage> {
  const { database, clock, kind } = input
  const systems = await syncSystems(
    database.stage('bf_desk'),
    [{ name: 'sandbox', kind }],
    [{ drill: kind }],
    clock.now(),
  )
  const sandbox = named(systems, 'sandbox')
  const registerSystem = named(systems, 'register')
  const connectors = input.connectors.filter((c) => c.system === kind)
  const own = input.checks.filter((c) => c.appliesTo === kind)
  let rows: RegisterRows = goodRegister()
  let stored: RegisterRows | null = null

  const collect = async (chosen: readonly Connector[]) => {
    const pool = database.stage('bf_collect')
    if (stored !== rows) {
      stored = rows
      const given = new Map(Object.entries(rows) as [FactKind, readonly Readonly<Record<string, unknown>>[]][])
      await collectSystem(pool, { system: registerSystem, connectors: [], target: undefined as never, clock, given })
    }
    const given = new Map([['system_label' as FactKind, input.labels]])
    await collectSystem(pool, { system: sandbox, connectors: chosen, target: input.target, clock, given })
  }
  const judged = async (checks: readonly Check[]) => {
    await judge(
      database.stage('bf_judge'),
      clock,
      checks.map((check) => ({ check, systems: [sandbox.id] })),
      'drill',
    )
    return verdictRows(database.stage('bf_judge'), {
      checks,
      systems: [sandbox.id],
      statuses: null,
      at: clock.now(),
      current: true,
      limit: 10_000,
    })
  }
  return {
    register: {
      read: () => rows,
      write: (changed) => {
        rows = changed
      },
    },
    look: async (check) => {
      await collect(connectors.filter((c) => c.produces.some((kindRead) => check.reads.includes(kindRead))))
      return judged([check])
    },
    lookAtAll: async () => {
      await collect(connectors)
      return judged(own)
    },
  }
}

function named(systems: readonly RegisteredSystem[], name: string): RegisteredSystem {
  const found = systems.find((s) => s.name === name)
  if (found === undefined) throw new Error(`no system ${name}`)
  return found
}
