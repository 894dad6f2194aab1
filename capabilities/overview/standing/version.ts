import type { StagePool } from '../../../kernel/db/database.ts'

/**
 * What rows and systems stand at: as long as it is the same, so are they. Every change of rows is committed together with its
 * evidence entry.
 *
 * @param pool - as `bf_publish`
 */
export async function rowsVersion(pool: StagePool): Promise<string> {
  const [row] = await pool.query<{ version: string }>(VERSION)
  return row?.version ?? ''
}

const VERSION = `
  select concat_ws(' ', e.position, e.digest, s.n, s.added, s.removed) as version
  from (select count(*) as n, max(added_at) as added, max(removed_at) as removed from desk.system) s
  left join lateral (
    select position, encode(digest, 'hex') as digest from evidence.entry
    where kind = 'verdicts' order by position desc limit 1) e on true`
