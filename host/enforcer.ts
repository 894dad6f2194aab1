import { type Accepted, accept, install, isInPlace, readKept } from './apply.ts'
import { endSessions } from './end-sessions.ts'
import { Ending, nameOf } from './ending.ts'
import { HostError, problem, textOf } from './errors.ts'
import type { Layout } from './layout.ts'
import { Lodger } from './lodger.ts'
import { type KeyIdOnAccount, parseOrders } from './orders.ts'
import type { Outbox } from './outbox.ts'
import { findAccount } from './passwd.ts'
import { prove } from './prove.ts'
import type { ReportedSession } from './server-link.ts'
import { readSessions, type Session } from './sessions.ts'
import type { Settings } from './settings.ts'
import type { Clock } from './system-clock.ts'

/** Key ids that are ended at the same time: each looks at everything that runs. */
const AT_ONCE = 8

interface Gone {
  readonly target: KeyIdOnAccount
  readonly serials: readonly string[]
}

/**
 * Makes a host what its orders say and keeps it so. Its methods are called one after the other, never at the same time.
 * Whatever goes wrong goes to the outbox and is tried again at the next tick; only orders that are refused throw.
 */
export class Enforcer {
  readonly #layout: Layout
  readonly #settings: Settings
  readonly #clock: Clock
  readonly #outbox: Outbox
  readonly #ending: Ending
  readonly #lodger: Lodger
  #accepted: Accepted | null = null
  /** Version of the orders whose files are in place. */
  #installed = 0
  #applied = 0
  /** Who was let in at the last tick, so that whoever drops out is noticed. */
  #before: readonly KeyIdOnAccount[] = []
  #sessions: readonly Session[] = []

  constructor(layout: Layout, settings: Settings, clock: Clock, outbox: Outbox) {
    this.#layout = layout
    this.#settings = settings
    this.#clock = clock
    this.#outbox = outbox
    this.#ending = new Ending(layout)
    this.#lodger = new Lodger(layout, outbox)
  }

  /** Version of the orders that the host is as; 0: none. */
  get applied(): number {
    return this.#applied
  }

  /** Version of the orders that were accepted, which a full disk may keep from their place. */
  get newest(): number {
    return this.#accepted?.orders.version ?? 0
  }

  /** Who was in at the last tick, or had left something running. */
  get sessions(): readonly ReportedSession[] {
    return this.#sessions
      .filter(({ is }) => is !== 'waiting')
      .map(({ keyId, account, serial, since }) => ({ keyId, account, serial, since }))
  }

  /** Takes up where the last process was stopped or killed. */
  async resume(): Promise<void> {
    const kept = readKept(this.#layout, this.#settings)
    if (kept !== null) await this.#take(kept)
    await this.tick()
  }

  /**
   * Takes new orders, as the server sent them.
   *
   * @throws {HostError} and {SshError}: they are refused, and nothing was changed
   */
  async order(text: string): Promise<void> {
    const orders = parseOrders(text)
    if (orders.version <= this.newest) {
      throw problem('rollback', 'orders', 'not newer than those in place', 'nicht neuer als die geltenden')
    }
    await this.#take(accept(this.#layout, this.#settings, orders, this.#seconds()))
    await this.tick()
  }

  async #take(accepted: Accepted): Promise<void> {
    const still = new Set(accepted.list.entries.map(nameOf))
    // A server that signs its list anew says again what it said before, which is done or on its way.
    const said = new Set(this.#accepted?.orders.end.map(nameOf))
    const fresh = accepted.orders.end.filter((one) => !said.has(nameOf(one)))
    this.#ending.add([...fresh, ...this.#before.filter((one) => !still.has(nameOf(one)))])
    try {
      await this.#ending.keep()
      await install(this.#layout, accepted)
      this.#installed = accepted.orders.version
    } catch (error) {
      if (error instanceof HostError && error.code === 'refused') throw error
      // A disk that is full does not keep sessions from being ended; each tick tries the rest again.
      this.#tell(error, this.#layout.stateFolder)
    }
    this.#accepted = accepted
  }

  /** To be called every second: ends whatever is over by now, makes accounts, puts back what somebody changed. */
  async tick(): Promise<void> {
    const accepted = this.#accepted
    this.#look()
    // Without orders nobody gets in, and who is in is not known to be let in or not.
    if (accepted === null) return
    await this.#keepInPlace(accepted)
    const allowed = this.#allowed(accepted)
    const gone = await this.#endAll(allowed)
    await this.#lodger.tick(accepted, this.#clock.now())
    this.#applied = this.#installed
    for (const one of gone) await this.#prove(one)
    if (gone.length > 0) this.#look()
  }

  #look(): void {
    const uid = findAccount(this.#layout.commandAccount)?.uid ?? -1
    this.#sessions = readSessions(this.#layout, uid)
  }

  async #keepInPlace(accepted: Accepted): Promise<void> {
    if (isInPlace(this.#layout, accepted)) return
    const { stateFolder } = this.#layout
    try {
      await install(this.#layout, accepted)
      if (this.#installed === accepted.orders.version) {
        const [en, de] = ['lists were changed here and put back', 'Listen wurden hier geändert und zurückgesetzt']
        this.#tell(problem('unsafe', stateFolder, en, de), stateFolder)
      }
      this.#installed = accepted.orders.version
    } catch (error) {
      this.#tell(error, stateFolder)
    }
  }

  #allowed({ list }: Accepted): readonly KeyIdOnAccount[] {
    const at = this.#seconds()
    return list.entries.filter(({ until }) => at < until)
  }

  /** Ends whoever dropped out since the last tick, is in without being let in, or was to be ended and is not yet. */
  async #endAll(allowed: readonly KeyIdOnAccount[]): Promise<readonly Gone[]> {
    const now = new Set(allowed.map(nameOf))
    // Who waits may have been refused and try another certificate next. If not, it is open at the next tick.
    const inside = this.#sessions.filter(({ is }) => is !== 'waiting')
    this.#ending.add([...this.#before, ...inside].filter((one) => !now.has(nameOf(one))))
    this.#before = allowed
    const { targets } = this.#ending
    const gone: Gone[] = []
    for (let at = 0; at < targets.length; at += AT_ONCE) {
      const some = targets.slice(at, at + AT_ONCE)
      const ended = await Promise.all(some.map((target) => this.#end(target, allowed)))
      gone.push(...ended.flatMap((one) => one ?? []))
    }
    await this.#ending.keep().catch((error: unknown) => this.#tell(error, this.#layout.ending))
    return gone
  }

  async #end(target: KeyIdOnAccount, allowed: readonly KeyIdOnAccount[]): Promise<Gone | null> {
    try {
      const { killed, scans, left, serials } = await endSessions(this.#layout, target, allowed)
      if (left > 0) {
        throw problem('failed', target.account, `${left} processes do not end`, `${left} Prozesse enden nicht`)
      }
      this.#ending.remove(target)
      this.#outbox.ended({ ...target, killed, scans })
      return { target, serials }
    } catch (error) {
      this.#tell(error, target.account)
      return null
    }
  }

  async #prove({ target, serials }: Gone): Promise<void> {
    try {
      this.#outbox.proved(await prove(this.#layout, this.#settings, target, serials))
    } catch (error) {
      this.#tell(error, target.account)
    }
  }

  #tell(error: unknown, what: string): void {
    this.#outbox.problem(textOf(error, what))
  }

  #seconds(): bigint {
    return BigInt(Math.floor(this.#clock.now().getTime() / 1000))
  }
}
