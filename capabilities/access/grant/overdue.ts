import type { StagePool } from '../../../kernel/db/database.ts'
import { endGrants } from './end-grant.ts'

const AT_ONCE = 200

/** Ends grants whose time is over. */
export async function endOverdue(pool: StagePool, at: Date, withinSeconds: number): Promise<void> {
  const over = await pool.query<{ id: string; person: string }>(
    `select id, person from access."grant" where ended_at is null and until <= $1 order by until limit ${AT_ONCE}`,
    [at],
  )
  for (const { id, person } of over) {
    await pool.transaction((tx) => endGrants(tx, at, person, [id], { reason: 'time', by: person, withinSeconds }))
  }
}
