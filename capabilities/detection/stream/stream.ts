import { createHash, randomUUID } from 'node:crypto'
import type { Snapshot } from '../../../engines/sigma/correlator-snapshot.ts'
import type { Pack } from '../../../engines/sigma/pack.ts'
import type { Clock } from '../../../kernel/clock/clock.ts'
import type { DetectionSource } from '../../../kernel/config/detection-config.ts'
import type { StagePool, Transaction } from '../../../kernel/db/database.ts'
import { Follower, type Position } from '../follow/follower.ts'
import { type MailLevel, queueMails } from '../notify/queue.ts'
import { insertEvents, movePosition, type Raised, raise, type StoredEvent } from '../store.ts'
import { Detector, type Fired } from './detector.ts'
import { parseLine } from './parse.ts'

/** Of a line so much is kept; its digest is over all of it. */
const MOST_RAW = 16_384

export interface StreamInput {
  readonly pool: StagePool
  readonly clock: Clock
  readonly sources: readonly DetectionSource[]
  readonly pack: Pack
  /** Alerts from this level on are mailed; null: none is. */
  readonly mailFrom: MailLevel | null
  /** Called in the transaction of the alerts. */
  readonly onRaised: (tx: Transaction, raised: readonly Raised[]) => Promise<void>
}

/**
 * Reads what is new of all sources. Events, alerts, the state of the correlations and the position in the file are committed together: whenever
 * the process dies, it goes on as if it had not, and each alert is raised once.
 */
export class DetectionStream {
  readonly #input: StreamInput
  readonly #followers = new Map<string, Follower>()
  #detector: Detector | null = null

  constructor(input: StreamInput) {
    this.#input = input
  }

  /** @returns lines that were read, and alerts that were raised or counted up */
  async step(): Promise<{ readonly lines: number; readonly raised: readonly Raised[] }> {
    let lines = 0
    const raised: Raised[] = []
    for (const source of this.#input.sources) {
      const done = await this.#stepOf(source)
      lines += done.lines
      raised.push(...done.raised)
    }
    return { lines, raised }
  }

  async close(): Promise<void> {
    for (const follower of this.#followers.values()) await follower.close()
    this.#followers.clear()
    this.#detector = null
  }

  async #stepOf(source: DetectionSource) {
    const detector = this.#detector ?? (await this.#begin())
    const follower = this.#followers.get(source.name) ?? (await this.#follow(source))
    const read = await follower.read()
    if (read === null) return { lines: 0, raised: [] }
    try {
      const raised = await this.#input.pool.transaction((tx) => this.#take(tx, detector, source, read))
      return { lines: read.lines.length, raised }
    } catch (error) {
      // What the correlations saw was not kept: they begin again from what was.
      await this.close()
      throw error
    }
  }

  async #take(
    tx: Transaction,
    detector: Detector,
    { name, kind }: DetectionSource,
    read: { lines: readonly string[]; position: Position },
  ) {
    const now = this.#input.clock.now()
    const [arrived, zone] = [now.getTime(), -now.getTimezoneOffset()]
    const events: StoredEvent[] = []
    const fired: Fired[] = []
    let unread = 0
    for (const line of read.lines) {
      const parsed = parseLine(kind, line, arrived, zone)
      if (parsed === 'other') continue
      if (parsed === null) {
        unread += 1
        continue
      }
      const digest = createHash('sha256').update(line).digest()
      const { at, fields, source } = parsed
      const raw = line.slice(0, MOST_RAW).replaceAll('\0', '�')
      events.push({ source: name, at: new Date(at), seenAt: now, fields: printable(fields), raw, digest })
      fired.push(...detector.take({ at, arrived, source, fields, digest: digest.toString('hex') }))
    }
    await insertEvents(tx, events)
    const raised = await raise(tx, detector.pack.hash, fired, randomUUID)
    await queueMails(tx, now, raised, this.#input.mailFrom)
    if (raised.length > 0) await this.#input.onRaised(tx, raised)
    const lastAt = events.at(-1)?.at ?? null
    await movePosition(tx, name, read.position, { lines: read.lines.length, unread, lastAt, now })
    if (events.length > 0)
      await tx.query(
        `insert into detection.state (pack, snapshot) values ($1, $2)
         on conflict (one) do update set pack = excluded.pack, snapshot = excluded.snapshot`,
        [detector.pack.hash, JSON.stringify(detector.snapshot())],
      )
    return raised
  }

  async #begin(): Promise<Detector> {
    const [state] = await this.#input.pool.query<{ pack: string; snapshot: Snapshot }>(
      'select pack, snapshot from detection.state',
    )
    const { pack } = this.#input
    this.#detector = new Detector(pack, state?.pack === pack.hash ? state.snapshot : null)
    return this.#detector
  }

  async #follow({ name, file }: DetectionSource): Promise<Follower> {
    const [known] = await this.#input.pool.query<{ inode: string; position: number }>(
      'select inode, position from detection.source where name = $1',
      [name],
    )
    const follower = new Follower(
      file,
      known === undefined ? null : { inode: known.inode, offset: Number(known.position) },
    )
    this.#followers.set(name, follower)
    return follower
  }
}

/** PostgreSQL keeps no null character in JSON. */
const printable = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      typeof value === 'string' ? value.replaceAll('\0', '�').slice(0, 8192) : value,
    ]),
  )
