import type { Transaction } from '../../kernel/db/database.ts'
import type { Json } from '../../kernel/ledger/canonical-json.ts'
import { appendEntry } from '../../kernel/ledger/entry.ts'
import type { Manifest } from './contract.ts'

export interface Run {
  readonly id: string
  readonly backup: string
  readonly beganAt: Date
  readonly endedAt: Date
  readonly problem: string | null
  readonly manifest: Manifest | null
  readonly place: string
  readonly sealedFor: number | null
  readonly removedAt: Date | null
}

export interface Drill {
  readonly id: string
  readonly backup: string
  readonly run: string | null
  readonly beganAt: Date
  readonly endedAt: Date
  readonly problem: string | null
  readonly recoverySeconds: number | null
  readonly recoveryPointSeconds: number | null
  readonly tables: number | null
  readonly rows: number | null
  readonly differing: number | null
}

/** Records a backup, good or not, with its entry: digests and sizes, no name of a table. */
export async function recordRun(tx: Transaction, run: Omit<Run, 'sealedFor' | 'removedAt'>): Promise<void> {
  const { id, backup, beganAt, endedAt, problem, manifest, place } = run
  await tx.query(
    `insert into backup.run (id, backup, began_at, ended_at, problem, manifest, place) values ($1, $2, $3, $4, $5, $6, $7)`,
    [id, backup, beganAt, endedAt, problem, manifest === null ? null : JSON.stringify(manifest), place],
  )
  const told: Json =
    manifest === null
      ? { event: 'failed', backup, problem }
      : {
          event: 'taken',
          backup,
          id,
          system: manifest.system,
          takenAt: manifest.takenAt,
          bytes: manifest.dump.bytes,
          tables: manifest.tables,
          rows: manifest.rows,
          recipients: manifest.recipients,
          digests: [manifest.dump, manifest.globals, manifest.contents].map(({ digest }) => digest),
        }
  await appendEntry(tx, endedAt, 'backup', told)
}

export async function recordDrill(tx: Transaction, drill: Drill): Promise<void> {
  await tx.query(
    `insert into backup.drill (id, backup, run_id, began_at, ended_at, problem, recovery_seconds, recovery_point_seconds, tables, rows, differing)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      drill.id,
      drill.backup,
      drill.run,
      drill.beganAt,
      drill.endedAt,
      drill.problem,
      drill.recoverySeconds,
      drill.recoveryPointSeconds,
      drill.tables,
      drill.rows,
      drill.differing,
    ],
  )
  const { backup, run, problem, recoverySeconds, recoveryPointSeconds, tables, rows, differing } = drill
  const body: Json = {
    event: 'drill',
    backup,
    run,
    problem,
    recoverySeconds,
    recoveryPointSeconds,
    tables,
    rows,
    differing,
  }
  await appendEntry(tx, drill.endedAt, 'backup', body)
}

/** Says that a backup was removed from its store. */
export async function recordRemoved(tx: Transaction, at: Date, run: Pick<Run, 'id' | 'backup'>): Promise<void> {
  await tx.query('update backup.run set removed_at = $2 where id = $1 and removed_at is null', [run.id, at])
  await appendEntry(tx, at, 'backup', { event: 'removed', backup: run.backup, id: run.id })
}

export async function recordLook(tx: Transaction, at: Date, id: string, sealedFor: number | null): Promise<void> {
  await tx.query('update backup.run set sealed_for = $2, looked_at = $3 where id = $1', [id, sealedFor, at])
}

const RUN = `select id, backup, began_at as "beganAt", ended_at as "endedAt", problem, manifest, place, sealed_for as "sealedFor",
  removed_at as "removedAt" from backup.run`
const DRILL = `select id, backup, run_id as run, began_at as "beganAt", ended_at as "endedAt", problem,
  recovery_seconds as "recoverySeconds", recovery_point_seconds as "recoveryPointSeconds", tables, rows, differing from backup.drill`

/** Backups that are still in their store, the newest first. */
export const keptRuns = (pool: Transaction, backup: string): Promise<readonly Run[]> =>
  pool.query<Run>(
    `${RUN} where backup = $1 and problem is null and removed_at is null order by began_at desc limit 100000`,
    [backup],
  )

export const newestRuns = (pool: Transaction): Promise<readonly Run[]> =>
  pool.query<Run>(`${RUN} where id in (select distinct on (backup) id from backup.run order by backup, began_at desc)`)

export const newestDrills = (pool: Transaction): Promise<readonly Drill[]> =>
  pool.query<Drill>(
    `${DRILL} where id in (select distinct on (backup) id from backup.drill order by backup, began_at desc)`,
  )
