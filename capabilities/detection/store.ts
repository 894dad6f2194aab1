import type { Transaction } from '../../kernel/db/database.ts'
import { appendEntry } from '../../kernel/ledger/entry.ts'
import type { Position } from './follow/follower.ts'
import type { Fired } from './stream/detector.ts'

export interface StoredEvent {
  readonly source: string
  readonly at: Date
  readonly seenAt: Date
  readonly fields: Readonly<Record<string, unknown>>
  readonly raw: string
  readonly digest: Buffer
}

export async function insertEvents(tx: Transaction, events: readonly StoredEvent[]): Promise<void> {
  if (events.length === 0) return
  await tx.query(
    `insert into detection.event (source, at, seen_at, fields, raw, digest)
     select * from unnest($1::text[], $2::timestamptz[], $3::timestamptz[], $4::jsonb[], $5::text[], $6::bytea[])`,
    [
      events.map(({ source }) => source),
      events.map(({ at }) => at),
      events.map(({ seenAt }) => seenAt),
      events.map(({ fields }) => JSON.stringify(fields)),
      events.map(({ raw }) => raw),
      events.map(({ digest }) => digest),
    ],
  )
}

export async function movePosition(
  tx: Transaction,
  name: string,
  { inode, offset }: Position,
  read: { readonly lines: number; readonly unread: number; readonly lastAt: Date | null; readonly now: Date },
): Promise<void> {
  await tx.query(
    `insert into detection.source (name, inode, position, lines, unread, last_at, looked_at) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (name) do update set inode = excluded.inode, position = excluded.position, lines = detection.source.lines + excluded.lines,
       unread = detection.source.unread + excluded.unread, last_at = coalesce(excluded.last_at, detection.source.last_at),
       looked_at = excluded.looked_at`,
    [name, inode, offset, read.lines, read.unread, read.lastAt, read.now],
  )
}

/** An alert that was raised or counted up. */
export interface Raised extends Fired {
  readonly id: string
  /** False: it was open already. */
  readonly fresh: boolean
}

/** Makes alerts of what fired: one per rule and whom it is about, as long as it is not closed. */
export async function raise(
  tx: Transaction,
  pack: string,
  fired: readonly Fired[],
  newId: () => string,
): Promise<readonly Raised[]> {
  const raised: Raised[] = []
  for (const one of fired) {
    const rows = await tx.query<{ id: string; raw: string; digest: string }>(
      `select id::text as id, left(raw, 2000) as raw, encode(digest, 'hex') as digest from detection.event
       where digest = any($1::bytea[]) order by id desc limit 20`,
      [one.digests.map((hex) => Buffer.from(hex, 'hex'))],
    )
    const [at, seen] = [new Date(one.at), new Date(one.arrived)]
    const [alert] = await tx.query<{ id: string; fresh: boolean }>(
      `insert into detection.alert (id, rule, title, level, tags, pack, about, first_at, last_at, seen_at, count, events)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, 1, $10)
       on conflict (rule, about) where state <> 'closed' do update set last_at = greatest(detection.alert.last_at, excluded.last_at),
         seen_at = excluded.seen_at, count = detection.alert.count + 1, events = excluded.events, pack = excluded.pack
       returning id, xmax = 0 as fresh`,
      [
        newId(),
        one.rule,
        one.title,
        one.level,
        one.tags,
        pack,
        JSON.stringify(one.about),
        at,
        seen,
        JSON.stringify(rows),
      ],
    )
    if (alert === undefined) continue
    if (alert.fresh)
      await appendEntry(tx, seen, 'alert', {
        event: 'raised',
        id: alert.id,
        rule: one.rule,
        level: one.level,
        pack,
        at: at.toISOString(),
        digests: [...one.digests].slice(-16),
      })
    raised.push({ ...one, ...alert })
  }
  return raised
}
