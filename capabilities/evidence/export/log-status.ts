import { openCheckpoint } from '../../../engines/tlog/checkpoint.ts'
import { verifyWitnessed } from '../../../engines/tlog/cosignature.ts'
import { parseVerifierKey } from '../../../engines/tlog/note.ts'
import type { StagePool } from '../../../kernel/db/database.ts'
import { type PublishedLog, viewOf } from './published-log.ts'

/** How far the log has come. */
export interface LogStanding {
  readonly origin: string
  readonly verifierKey: string
  readonly quorum: number
  /** Entries in the database. */
  readonly entries: number
  /** Entries under the newest signed checkpoint, which may still lack cosignatures. */
  readonly pending: number
  /** Entries under the published checkpoint. */
  readonly sealed: number
  readonly witnesses: readonly {
    readonly name: string
    readonly url: string
    /** When the witness confirmed the published checkpoint; null: it did not. */
    readonly confirmedAt: string | null
  }[]
}

/** @throws {BergfriedError} `evidence.not_sealed` where nothing is published, `evidence.store` */
export async function logStatus(pool: StagePool, log: PublishedLog): Promise<LogStanding> {
  const { origin, verifierKey, quorum, witnesses } = log.identity
  const key = parseVerifierKey(verifierKey)
  const { note, checkpoint } = await viewOf(log)
  const keys = witnesses.map((w) => parseVerifierKey(w.verifierKey))
  const { cosigners } = await verifyWitnessed(note, { log: key, witnesses: keys, quorum: 0 })
  const times = new Map(cosigners.map((c) => [c.name, c.time]))
  const pending = await log.read('pending')
  const signed = pending === null ? checkpoint : await openCheckpoint(Buffer.from(pending).toString('utf8'), key)
  const [row] = await pool.query<{ n: number }>('select coalesce(max(position) + 1, 0) as n from evidence.entry')
  return {
    origin,
    verifierKey,
    quorum,
    entries: row?.n ?? 0,
    pending: Math.max(signed.size, checkpoint.size),
    sealed: checkpoint.size,
    witnesses: keys.map(({ name }, i) => {
      const time = times.get(name)
      return {
        name,
        url: witnesses[i]?.url ?? '',
        confirmedAt: time === undefined ? null : new Date(time * 1000).toISOString(),
      }
    }),
  }
}
