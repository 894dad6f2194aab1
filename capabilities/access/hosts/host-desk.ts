import { BergfriedError } from '../../../kernel/errors.ts'
import { type HostOrdersView, HostReport } from '../contract-host.ts'
import type { HostDeskInput } from './host-desk-input.ts'
import { ordersFor } from './orders-for.ts'

/** Before a list is too old for its host (five minutes), it gets another. */
const FRESH_MS = 60_000
/** Longest wait of a host for news. */
export const LONG_POLL_MS = 25_000
/** Longest wait for a host that should do something. */
const ANSWER_MS = 12_000

interface Known {
  /** Counts what changed; orders of an earlier count are out of date. */
  changes: number
  made: {
    readonly changes: number
    readonly version: number
    readonly at: number
    readonly orders: HostOrdersView
  } | null
  making: Promise<HostOrdersView> | null
  report: HostReport | null
  news: PromiseWithResolvers<void>
}

/** What hosts are told and what they say, in this process: they ask, and are answered as soon as something changes. */
export class HostDesk {
  readonly #input: HostDeskInput
  readonly #hosts = new Map<string, Known>()

  constructor(input: HostDeskInput) {
    this.#input = input
  }

  /** Something changed for a host: whoever waits is answered. */
  changed(host: string): void {
    const known = this.#known(host)
    known.changes += 1
    this.#tell(known)
  }

  /** What a host goes by, as soon as it is newer than what it has; null: nothing new for as long as it may wait. */
  async orders(host: string, after: number, signal: AbortSignal): Promise<HostOrdersView | null> {
    const until = AbortSignal.any([signal, AbortSignal.timeout(LONG_POLL_MS)])
    for (;;) {
      const known = this.#known(host)
      const news = known.news.promise
      const orders = await this.#current(host, known)
      if (orders.version > after) return orders
      if (until.aborted) return null
      await Promise.race([news, untilAborted(until, FRESH_MS)])
    }
  }

  /** Takes down what a host says. */
  async reported(host: string, said: object): Promise<void> {
    const report = HostReport.parse(said)
    await this.#input.pool.query('update access.host set report = $2, reported_at = $3, applied = $4 where name = $1', [
      host,
      JSON.stringify(report),
      this.#input.clock.now(),
      report.applied,
    ])
    const known = this.#known(host)
    known.report = report
    this.#tell(known)
  }

  /**
   * Has a host go by what holds now, and waits until it says that it does.
   *
   * @param wanted - what its report has to say besides
   * @throws {BergfriedError} `collect.unreachable` it did not in time
   */
  async settle(host: string, signal: AbortSignal, wanted: (report: HostReport) => boolean): Promise<HostReport> {
    this.changed(host)
    const { changes } = this.#known(host)
    const until = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)])
    while (!until.aborted) {
      const known = this.#known(host)
      const news = known.news.promise
      const { report, made } = known
      if (
        made !== null &&
        made.changes >= changes &&
        report !== null &&
        report.applied >= made.version &&
        wanted(report)
      )
        return report
      await Promise.race([news, untilAborted(until, ANSWER_MS)])
    }
    throw new BergfriedError('collect.unreachable', { system: host, reason: 'the agent of this host does not answer' })
  }

  #known(host: string): Known {
    const known = this.#hosts.get(host)
    if (known !== undefined) return known
    const fresh: Known = { changes: 0, made: null, making: null, report: null, news: Promise.withResolvers() }
    this.#hosts.set(host, fresh)
    return fresh
  }

  #tell(known: Known): void {
    known.news.resolve()
    known.news = Promise.withResolvers()
  }

  async #current(host: string, known: Known): Promise<HostOrdersView> {
    const { made, changes } = known
    const at = this.#input.clock.now().getTime()
    if (made !== null && made.changes === changes && at - made.at < FRESH_MS) return made.orders
    known.making ??= ordersFor(this.#input, host)
      .then((orders) => {
        known.made = { changes, version: orders.version, at, orders }
        this.#tell(known)
        return orders
      })
      .finally(() => {
        known.making = null
      })
    const orders = await known.making
    // Something may have changed while it was being made for an earlier count.
    return known.changes === known.made?.changes ? orders : this.#current(host, known)
  }
}

const untilAborted = (signal: AbortSignal, most: number): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const timer = setTimeout(done, most)
    function done(): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done, { once: true })
  })
