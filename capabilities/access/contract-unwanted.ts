import type { Database } from '../../kernel/db/database.ts'
import { lockedAmong } from '../identity/contract-people.ts'
import { leftAmong } from './grant/unwanted.ts'

/** Those of some people who are locked, here or by their account, or of whom the register says that they left. */
export async function unwantedAmong(database: Database, people: readonly string[]): Promise<readonly string[]> {
  if (people.length === 0) return []
  const [byAccount, left, locked] = await Promise.all([
    lockedAmong(database, people),
    leftAmong(database, people),
    database
      .stage('bf_access')
      .query<{ target: string }>(
        `select distinct target from access.lock where kind = 'person' and target = any($1) and lifted_at is null`,
        [people],
      ),
  ])
  return [...new Set([...byAccount, ...left, ...locked.map((row) => row.target)])]
}
