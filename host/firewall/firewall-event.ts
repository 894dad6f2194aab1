import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { replaceFile } from '../replace-file.ts'
import { type Fits, isCount, isListOf, isObjectOf, isOneOf, isText, orNull, parseShape } from '../shape.ts'

export const isProbeResult = isObjectOf({
  from: isOneOf('host', 'server'),
  address: isText(100),
  port: isCount,
  must: isOneOf('connect', 'fail'),
  held: (value): value is boolean => typeof value === 'boolean',
})
export type ProbeResult = Fits<typeof isProbeResult>

const isShortText = isObjectOf({ en: isText(2000), de: isText(2000) })

/** How a change went on, in order: `applied`, then one of the others; or `refused` alone. */
export const isFirewallEvent = isObjectOf({
  /** Of the change. */
  id: isText(36),
  number: isCount,
  state: isOneOf('applied', 'confirmed', 'rolled_back', 'refused'),
  /** ISO 8601 */
  at: isText(40),
  /** Digest of the rule set afterwards; null where it could not be read. */
  digest: orNull(isText(64)),
  /** Whether what is in force is what was approved; null where nothing of it was meant to be. */
  asApproved: orNull(isOneOf('equal', 'different', 'undecided')),
  why: orNull(isShortText),
  probes: isListOf(isProbeResult, 100),
  /** Flows that the new rules deny and that were ended; null where the host cannot tell. */
  purged: orNull(isCount),
})
type Told = Fits<typeof isFirewallEvent>
export interface FirewallEvent extends Omit<Told, 'probes'> {
  readonly probes: readonly ProbeResult[]
}

const isEvents = isListOf(isFirewallEvent, 1000)

/** What the server has not been told yet, kept on the disk: a kill loses none of it. */
export class EventBox {
  readonly #path: string
  #events: readonly FirewallEvent[]

  constructor(path: string) {
    this.#path = path
    this.#events = read(path)
  }

  get waiting(): readonly FirewallEvent[] {
    return this.#events
  }

  /** A full disk keeps it in memory alone: the change itself has been decided. */
  async add(event: FirewallEvent): Promise<void> {
    this.#events = [...this.#events, event].slice(-1000)
    await this.#keep()
  }

  async taken(events: readonly FirewallEvent[]): Promise<void> {
    this.#events = this.#events.filter((event) => !events.includes(event))
    await this.#keep()
  }

  async #keep(): Promise<void> {
    try {
      await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 })
      await replaceFile(this.#path, JSON.stringify(this.#events), { mode: 0o600 })
    } catch {
      // Told again at the next start at the worst.
    }
  }
}

function read(path: string): readonly FirewallEvent[] {
  try {
    return parseShape(readFileSync(path, 'utf8'), isEvents) ?? []
  } catch {
    return []
  }
}
