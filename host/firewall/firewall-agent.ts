import { existsSync } from 'node:fs'
import { HostError, type Text, textOf } from '../errors.ts'
import type { Layout } from '../layout.ts'
import type { Settings } from '../settings.ts'
import type { Clock } from '../system-clock.ts'
import { readTrusted } from '../trusted-file.ts'
import { type ChangeStep, FirewallChanger, hasNft } from './firewall-changer.ts'
import { firewallLayoutOf } from './firewall-layout.ts'
import type { FirewallLink } from './firewall-link.ts'
import { purgeFlows } from './flows.ts'
import { type SeenGeneration, watchRules } from './monitor.ts'
import { type Listing, listRules } from './nft.ts'
import { installOpenings, isOpen, type Opening, type Openings, openOpenings } from './openings.ts'
import { bootId } from './pending.ts'

export interface FirewallAgentInput {
  readonly root: string
  readonly layout: Layout
  readonly settings: Settings
  readonly link: FirewallLink
  readonly clock: Clock
  readonly signal: AbortSignal
  note(text: Text): void
  readonly onStep?: (step: ChangeStep) => void
}

export const FIREWALL_SETTINGS = '{ "format": "bergfried-firewall/1" }\n'
const LOOK_MS = 30_000
/** The counters of rules are told as often as this, also where nothing has changed. */
const COUNT_MS = 3_600_000
const SLEEP_MS = 5000
const WAIT_MS = 2000
const NEWS_MS = 200
const MOST_SEEN = 200
const MOST_PROBLEMS = 50

/**
 * Looks after the firewall where the host's own administrator wants that: makes approved changes, watches who else makes some, opens
 * and closes for grants. Never ends before the signal.
 */
export async function runFirewall(input: FirewallAgentInput): Promise<void> {
  const paths = firewallLayoutOf(input.root, input.layout)
  while (!(existsSync(paths.settings) && (await hasNft()))) {
    if (input.signal.aborted) return
    await pause(SLEEP_MS, input.signal)
  }
  const agent = new FirewallAgent(input)
  await agent.run()
}

class FirewallAgent {
  readonly #input: FirewallAgentInput
  readonly #changer: FirewallChanger
  readonly #problems = new Map<string, Text>()
  #seen: readonly SeenGeneration[] = []
  #live: Listing | null = null
  #toldDigest = ''
  #toldAt = Number.NEGATIVE_INFINITY
  #look = true
  #openings: Openings | null = null
  #open: readonly Opening[] = []
  #toldOpen = ''
  /** How often rules were loaded: whatever was opened under an earlier count is to be opened anew. */
  #loads = 0
  /** One thing at a time is done to the rules. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(input: FirewallAgentInput) {
    this.#input = input
    const { root, layout, settings, link, clock, onStep } = input
    this.#changer = new FirewallChanger({
      ...{ root, paths: firewallLayoutOf(root, layout), host: settings.host, key: settings.orders, clock },
      confirm: (question, mostMs) => link.confirm(question, mostMs),
      ...(onStep === undefined ? {} : { onStep }),
    })
  }

  async run(): Promise<void> {
    const { layout, root, signal, clock } = this.#input
    try {
      readTrusted(firewallLayoutOf(root, layout).settings, 4096)
    } catch (error) {
      this.#tell(error)
      return
    }
    await this.#alone(() => this.#changer.resume()).catch((error: unknown) => this.#tell(error))
    watchRules(clock, signal, (seen) => {
      this.#seen = [...this.#seen, seen].slice(-MOST_SEEN)
      this.#look = true
    })
    await Promise.all([
      this.#forEver(() => this.#takeNews()),
      this.#forEver(() => this.#report()),
      this.#forEver(() => this.#tend()),
    ])
  }

  async #takeNews(): Promise<void> {
    const { link, signal, settings } = this.#input
    const news = await link.news({ change: this.#changer.known, openings: this.#openings?.number ?? 0 }, signal)
    const { openings = null, change = null } = news ?? {}
    if (openings !== null) {
      const list = openOpenings(openings, settings.orders, settings.host)
      if (list.number > (this.#openings?.number ?? 0)) this.#openings = list
      await this.#alone(() => this.#tendOpenings())
    }
    if (change !== null) {
      await this.#alone(() => this.#changer.make(change)).finally(() => this.#openAgain())
    }
    if (news === null) await pause(NEWS_MS, signal)
  }

  /** What is decided and not finished, such as on a disk that was full; and what no longer is open. */
  async #tend(): Promise<void> {
    await this.#alone(() => this.#changer.settle())
    await this.#alone(() => this.#tendOpenings())
    await pause(WAIT_MS, this.#input.signal)
  }

  async #tendOpenings(): Promise<void> {
    const at = Math.floor(this.#input.clock.now().getTime() / 1000)
    const due = JSON.stringify(
      this.#openings?.open.filter(({ until }) => until > at && (this.#openings?.good ?? 0) > at) ?? [],
    )
    const key = `${this.#loads} ${this.#openings?.number ?? 0} ${due}`
    if (key === this.#toldOpen) return
    const live = await listRules()
    const made = await installOpenings(live, this.#openings, at)
    const really = await Promise.all(made.map((one) => isOpen(live, one)))
    const closed = this.#open.filter(({ address }) => !made.some((one) => one.address === address))
    // What was let in goes on for as long as it likes, unless somebody ends it.
    if (closed.length > 0) await purgeFlows(await listRules(), new Set(closed.map(({ address }) => address)))
    this.#open = made.filter((_, i) => really[i] === true)
    this.#toldOpen = key
    this.#look = true
  }

  /** Whoever loads rules empties their sets, and the way back brings elements that have ended since: they are put right. */
  #openAgain(): void {
    this.#loads += 1
  }

  async #report(): Promise<void> {
    const { link, signal } = this.#input
    const until = Date.parse(this.#input.clock.now().toISOString()) + LOOK_MS
    while (!this.#news() && this.#input.clock.now().getTime() < until && !signal.aborted) await pause(NEWS_MS, signal)
    this.#look = false
    const live = await listRules()
    // Elements alone are no other rules: putting them back is no reason to put them back.
    if (this.#live !== null && this.#live.digest !== live.digest) this.#openAgain()
    this.#live = live
    const [events, seen, problems] = [this.#changer.events.waiting, this.#seen, [...this.#problems.values()]]
    const at = this.#input.clock.now().getTime()
    const fresh = live.digest === this.#toldDigest && Math.abs(at - this.#toldAt) < COUNT_MS ? null : live
    const told = fresh && { digest: fresh.digest, text: fresh.text, json: JSON.stringify(fresh.json), boot: bootId() }
    const open = this.#open.map(({ grant, address }) => ({ grant, address }))
    await link.report({ live: told, events, seen, open, problems }, signal)
    this.#toldDigest = live.digest
    if (fresh !== null) this.#toldAt = at
    this.#seen = this.#seen.filter((one) => !seen.includes(one))
    for (const { en } of problems) this.#problems.delete(en)
    await this.#changer.events.taken(events)
  }

  #news(): boolean {
    return this.#look || this.#live === null || this.#problems.size > 0 || this.#changer.events.waiting.length > 0
  }

  #tell(error: unknown): void {
    const text = textOf(error, 'firewall')
    this.#input.note(text)
    if (this.#problems.size < MOST_PROBLEMS) this.#problems.set(text.en, text)
  }

  async #forEver(what: () => Promise<void>): Promise<void> {
    const { signal } = this.#input
    while (!signal.aborted) {
      await what().catch(async (error: unknown) => {
        if (signal.aborted) return
        // That the server is away is not its to be told.
        if (!(error instanceof HostError && error.code === 'unreachable')) this.#tell(error)
        await pause(WAIT_MS, signal)
      })
    }
  }

  #alone<T>(what: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(what)
    this.#turn = mine.catch(() => undefined)
    return mine
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    function done(): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    if (signal.aborted) done()
    else signal.addEventListener('abort', done, { once: true })
  })
