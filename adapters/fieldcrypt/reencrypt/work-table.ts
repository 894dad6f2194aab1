import { KEY_SCHEMA, type Sql } from '../core/key-table.ts'

/** How far a re-encryption is; kept where the keys are, written with each batch. */
export interface Progress {
  /** Primary key of the last row that was looked at, as texts; null: at the beginning of a sweep. */
  readonly position: readonly string[] | null
  readonly done: number
  readonly total: number
  /** Values that were exchanged. */
  readonly changed: number
  readonly state: 'running' | 'paused' | 'done'
}

export async function readProgress(sql: Sql, name: string): Promise<Progress | null> {
  const { rows } = await sql.query<{
    position: string[] | null
    done: string
    total: string
    changed: string
    state: Progress['state']
  }>(`select position, done, total, changed, state from ${KEY_SCHEMA}.work where name = $1`, [name])
  const [row] = rows
  if (row === undefined) return null
  const { position, done, total, changed, state } = row
  return { position, done: Number(done), total: Number(total), changed: Number(changed), state }
}

export async function writeProgress(
  sql: Sql,
  name: string,
  at: Date,
  { position, done, total, changed, state }: Progress,
): Promise<void> {
  await sql.query(
    `insert into ${KEY_SCHEMA}.work (name, position, done, total, changed, state, updated_at) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (name) do update set position = excluded.position, done = excluded.done, total = excluded.total,
       changed = excluded.changed, state = excluded.state, updated_at = excluded.updated_at`,
    [name, position === null ? null : JSON.stringify(position), done, total, changed, state, at],
  )
}
