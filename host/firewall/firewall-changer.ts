import { hash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { sameMeaning } from '../../engines/packetspace/same-meaning.ts'
import type { PublicKey } from '../../engines/sshcert/public-key.ts'
import { HostError, problem, type Text, textOf } from '../errors.ts'
import { replaceFile } from '../replace-file.ts'
import { runProgram } from '../run-program.ts'
import type { Clock } from '../system-clock.ts'
import { armWatchdog } from './arm-watchdog.ts'
import { type ChangeOrder, openChange, type Probe, type SentChange } from './change-order.ts'
import { EventBox, type FirewallEvent, type ProbeResult } from './firewall-event.ts'
import type { FirewallLayout } from './firewall-layout.ts'
import { purgeFlows } from './flows.ts'
import { monotonicMs } from './monotonic.ts'
import { type Listing, listRules, loadRules, replacing } from './nft.ts'
import { bootId, moveOn, type Pending, readPending } from './pending.ts'
import { tryProbes } from './probes.ts'
import { rehearse } from './rehearse.ts'

/** Steps of a change, in their order. Between any two of them this program may be killed. */
export type ChangeStep = 'rehearsed' | 'kept' | 'pending' | 'armed' | 'loaded' | 'confirmed' | 'persisted' | 'purged'

export interface ChangerInput {
  /** `/` on a host; a folder in tests. */
  readonly root: string
  readonly paths: FirewallLayout
  readonly host: string
  /** The key that signs what hosts go by. */
  readonly key: PublicKey
  readonly clock: Clock
  /** Asks the server over a new connection whether it is reached through the new rules. False: not so. */
  confirm(
    change: { readonly id: string; readonly number: number; readonly probes: readonly ProbeResult[] },
    mostMs: number,
  ): Promise<boolean>
  /** Told when something is waiting to be told to the server. */
  readonly onEvent?: () => void
  readonly onStep?: (step: ChangeStep) => void
}

const FILE = { mode: 0o600 }
const ASK_AGAIN_MS = 500
const HEAD = '#!/usr/sbin/nft -f\n# Written by Bergfried after an approved change. Change it there, not here.\n'

/** Makes approved changes of the firewall, or has them taken back. Its methods are called one after the other. */
export class FirewallChanger {
  readonly #input: ChangerInput
  readonly #step: (step: ChangeStep) => void
  readonly #told: () => void
  readonly events: EventBox

  constructor(input: ChangerInput) {
    this.#input = input
    this.#step = input.onStep ?? (() => undefined)
    this.#told = input.onEvent ?? (() => undefined)
    this.events = new EventBox(input.paths.events)
  }

  /** Number of the newest order that was taken up; 0: none. */
  get known(): number {
    try {
      const text = readFileSync(this.#input.paths.known, 'latin1')
      return /^[1-9][0-9]{0,15}\n$/.test(text) ? Number(text) : 0
    } catch {
      return 0
    }
  }

  /** Takes up where the last process was stopped or killed: whatever was not confirmed is taken back at once. */
  async resume(): Promise<void> {
    const { paths } = this.#input
    const waiting = readPending(paths.pending)
    if (waiting !== null && waiting.boot !== bootId()) {
      // What the system has loaded since is what was kept: nothing is left of the change.
      await moveOn(paths.pending, paths.rolledBack)
    } else if (existsSync(paths.pending)) {
      await moveOn(paths.pending, paths.rollingBack)
    }
    await this.settle()
  }

  /** Ends what somebody has decided: called again and again, and after each start. */
  async settle(): Promise<void> {
    const { paths } = this.#input
    const back = readPending(paths.rollingBack)
    if (back !== null && !this.#watchdogLives()) {
      if (back.boot === bootId()) await loadRules(readFileSync(paths.before, 'utf8'))
      await moveOn(paths.rollingBack, paths.rolledBack)
    }
    const over = readPending(paths.rolledBack)
    if (over !== null) {
      await this.#tell(over, 'rolled_back', { why: NOT_CONFIRMED })
      await this.#clean(paths.rolledBack)
    }
    const confirmed = readPending(paths.confirmed)
    if (confirmed !== null) await this.#finish(confirmed)
  }

  /**
   * Makes a change, and stays until it is confirmed or taken back.
   *
   * @throws {HostError} and {SshError}: it was not begun, and nothing was changed
   */
  async make(sent: SentChange): Promise<void> {
    const { paths, key } = this.#input
    const change = openChange(sent, key)
    if (change.number <= this.known) {
      throw problem('rollback', 'firewall order', 'not newer than the last', 'nicht neuer als die letzte')
    }
    try {
      await this.#prepare(change)
    } catch (error) {
      // An order that was refused is not tried again; one that a full disk kept out is.
      await replaceFile(paths.known, `${change.number}\n`, FILE).catch(() => undefined)
      await this.#refused(change, textOf(error, 'firewall'))
      return
    }
    const pending = await this.#begin(change)
    if (pending === null) return
    const probes = await this.#confirmed(change)
    if (probes !== null && (await moveOn(paths.pending, paths.confirmed))) {
      this.#step('confirmed')
      await this.#finish(pending, probes)
      return
    }
    // Nobody has confirmed it: the watchdog takes it back, and where it is gone, this process does.
    if (!this.#watchdogLives()) await moveOn(paths.pending, paths.rollingBack)
    while (existsSync(paths.pending) || (existsSync(paths.rollingBack) && this.#watchdogLives())) await pause(100)
    await this.settle()
  }

  /** Everything that can be found out without changing anything, and everything that a way back needs. */
  async #prepare(change: ChangeOrder): Promise<void> {
    const { paths, host, clock } = this.#input
    if (change.host !== host)
      throw problem('refused', 'firewall order', 'for another host', 'für einen anderen Rechner')
    if (change.expires * 1000 <= clock.now().getTime()) throw problem('stale', 'firewall order', 'too old', 'zu alt')
    const live = await listRules()
    if (live.digest !== change.base) {
      const [en, de] = [
        'others than those that the change was made for',
        'andere als die, für die die Änderung gemacht ist',
      ]
      throw problem('refused', 'rules in force', en, de)
    }
    await this.#checkWayBack(live)
    const wanted = await rehearse(change.rules)
    this.#step('rehearsed')
    await mkdir(paths.folder, { recursive: true, mode: 0o700 })
    await replaceFile(paths.known, `${change.number}\n`, FILE)
    await replaceFile(paths.before, replacing(live.text), FILE)
    await replaceFile(paths.after, replacing(change.rules), FILE)
    await replaceFile(paths.wanted, JSON.stringify({ json: wanted.json, text: wanted.text }), FILE)
    this.#step('kept')
  }

  /** What is in force has to come back from its own text exactly, or there would be no way back. */
  async #checkWayBack(live: Listing): Promise<void> {
    if (/^\s*flags [a-z, ]*owner/m.test(live.text)) {
      const [en, de] = ['a table belongs to a process that runs', 'eine Tabelle gehört einem laufenden Prozess']
      throw problem('refused', 'rules in force', en, de)
    }
    const again = await rehearse(live.text).catch((error: unknown) => {
      if (error instanceof HostError && error.code === 'refused') return null
      throw error
    })
    if (again?.digest !== live.digest) {
      const [en, de] = ['do not come back from their own text', 'kommen aus ihrem eigenen Text nicht wieder']
      throw problem('refused', 'rules in force', en, de)
    }
  }

  /** From the watchdog on there is a way back whatever becomes of this process. */
  async #begin(change: ChangeOrder): Promise<Pending | null> {
    const { paths, root } = this.#input
    const { id, number, confirm, probes } = change
    try {
      const before = hash('sha256', readFileSync(paths.before), 'hex')
      const pending: Pending = { id, number, boot: bootId(), before, confirm, probes: [...probes] }
      await replaceFile(paths.pending, JSON.stringify(pending), FILE)
      this.#step('pending')
      const watchdog = await armWatchdog(root, id)
      await replaceFile(paths.watchdog, `${watchdog}\n`, FILE)
      this.#step('armed')
      await loadRules(change.rules)
      this.#step('loaded')
      await this.#tell(pending, 'applied')
      return pending
    } catch (error) {
      // A program that was ended may have changed something before: only what is read counts.
      const same = await listRules().then(
        (live) => live.digest === change.base,
        () => false,
      )
      if (same) {
        await rm(paths.pending, { force: true })
        await this.#refused(change, textOf(error, 'firewall'))
      } else {
        await rm(paths.watchdog, { force: true })
        await moveOn(paths.pending, paths.rollingBack)
        await this.settle()
      }
      return null
    }
  }

  /** The probes where they hold and the server was reached through the new rules before it is too late; null otherwise. */
  async #confirmed({ id, number, confirm, probes }: ChangeOrder): Promise<readonly ProbeResult[] | null> {
    const until = monotonicMs() + confirm * 1000
    const own: readonly Probe[] = probes.filter(({ from }) => from === 'host')
    while (monotonicMs() < until && existsSync(this.#input.paths.pending)) {
      const results = await tryProbes(own)
      if (results.every(({ held }) => held)) {
        const answer = await this.#input
          .confirm({ id, number, probes: results }, until - monotonicMs())
          .catch(() => false)
        if (answer) return results
      }
      await pause(ASK_AGAIN_MS)
    }
    return null
  }

  /** After the confirmation: keeps it for the next start, ends what it denies, reads it back. May be repeated. */
  async #finish(pending: Pending, probes: readonly ProbeResult[] = []): Promise<void> {
    const { paths } = this.#input
    await this.#persist()
    this.#step('persisted')
    const live = await listRules()
    const purged = await purgeFlows(live)
    this.#step('purged')
    const asApproved = sameMeaning(JSON.parse(readFileSync(paths.wanted, 'utf8')) as Listing, live)
    await this.#tell(pending, 'confirmed', { asApproved, purged, probes })
    await this.#clean(paths.confirmed)
  }

  /** What the system loads when it starts. What stood there before it was ours stays beside it. */
  async #persist(): Promise<void> {
    const { paths } = this.#input
    const kept = `${paths.persisted}.before-bergfried`
    const old = existsSync(paths.persisted) ? readFileSync(paths.persisted, 'utf8') : null
    if (old !== null && !old.startsWith(HEAD) && !existsSync(kept)) await replaceFile(kept, old, { mode: 0o600 })
    await replaceFile(paths.persisted, `${HEAD}${readFileSync(paths.after, 'utf8')}`, { mode: 0o644 })
  }

  async #refused({ id, number }: ChangeOrder, why: Text): Promise<void> {
    await this.#tell({ id, number }, 'refused', { why })
  }

  async #tell(
    { id, number }: Pick<Pending, 'id' | 'number'>,
    state: FirewallEvent['state'],
    more: Partial<Pick<FirewallEvent, 'why' | 'asApproved' | 'probes' | 'purged'>> = {},
  ): Promise<void> {
    const digest = await listRules().then(
      (live) => live.digest,
      () => null,
    )
    const at = this.#input.clock.now().toISOString()
    const { why = null, asApproved = null, probes = [], purged = null } = more
    await this.events.add({ id, number, state, at, digest, asApproved, why, probes, purged })
    this.#told()
  }

  async #clean(decided: string): Promise<void> {
    await rm(decided, { force: true })
    await rm(this.#input.paths.watchdog, { force: true })
  }

  #watchdogLives(): boolean {
    try {
      const pid = Number(readFileSync(this.#input.paths.watchdog, 'latin1'))
      const line = readFileSync(`/proc/${pid}/cmdline`, 'latin1')
      return line.includes('main-watchdog') && !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
    } catch {
      return false
    }
  }
}

const NOT_CONFIRMED: Text = {
  en: 'Nobody confirmed it in time: the old rules are back.',
  de: 'Niemand hat sie rechtzeitig bestätigt: Die alten Regeln sind zurück.',
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
/** Whether this machine has what a change needs. */
export const hasNft = (): Promise<boolean> =>
  runProgram('nft', ['--version']).then(
    ({ status }) => status === 0,
    () => false,
  )
