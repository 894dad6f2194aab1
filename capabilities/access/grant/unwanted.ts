import type { Database } from '../../../kernel/db/database.ts'
import { lockedAmong } from '../../identity/contract-people.ts'
import { recordAccess } from '../evidence/record.ts'
import { endGrants } from './end-grant.ts'

/** By whom it is ended where nobody did it by hand: the account was locked, the register says that somebody left. */
const BY = 'bergfried'

/**
 * Ends what people have who are locked or have left, by whatever way that became known: the accounts of this house, or the register (by
 * hand, by import, by an identity provider). Somebody who left is locked, so that nothing new is given.
 */
export async function endUnwanted(database: Database, at: Date, withinSeconds: number): Promise<void> {
  const pool = database.stage('bf_access')
  const live = await pool.query<{ person: string }>('select distinct person from access."grant" where ended_at is null')
  if (live.length === 0) return
  const people = live.map((row) => row.person)
  const [locked, left] = await Promise.all([lockedAmong(database, people), leftAmong(database, people)])
  for (const person of new Set([...locked, ...left])) {
    const reason = left.includes(person) ? 'left' : 'lock'
    await pool.transaction(async (tx) => {
      if (reason === 'left') {
        await tx.query(
          `insert into access.lock (id, kind, target, reason, locked_by, locked_at)
           select gen_random_uuid(), 'person', $1, 'left', $2, $3
           where not exists (select from access.lock where kind = 'person' and target = $1 and lifted_at is null)`,
          [person, BY, at],
        )
        await recordAccess(tx, at, 'locked', { person, by: BY }, { kind: 'person' })
      }
      await endGrants(tx, at, person, null, { reason, by: BY, withinSeconds })
    })
  }
}

/** Those of whom the register says that they left, by mail address or identifier. */
export async function leftAmong(database: Database, people: readonly string[]): Promise<readonly string[]> {
  const rows = await database.stage('bf_collect').query<{ person: string }>(
    `select p.login as person from unnest($1::text[]) as p(login)
     where exists (select from fact.person f where f.valid_to = 'infinity' and f.status = 'left'
         and p.login in (lower(f.email), lower(f.person)))
       and not exists (select from fact.person f where f.valid_to = 'infinity' and f.status = 'active'
         and p.login in (lower(f.email), lower(f.person)))`,
    [people],
  )
  return rows.map((row) => row.person)
}
