import type { StagePool } from '../../../kernel/db/database.ts'
import type { AccountRow } from '../contract.ts'
import { IDLE_S } from '../sessions/session-store.ts'

/** Everybody who may sign in or is invited to, by name. */
export async function listAccounts(stage: StagePool, now: Date): Promise<AccountRow[]> {
  type Row = Omit<AccountRow, 'lockedAt' | 'lastSeenAt'> & Record<'lockedAt' | 'lastSeenAt', Date | null>
  const rows = await stage.query<Row>(
    `select p.id, p.name, p.login, p.roles, p.locked_at as "lockedAt", p.last_seen_at as "lastSeenAt",
       array_remove(array[
         case when exists (select from identity.passkey k where k.person_id = p.id) then 'passkey' end,
         case when exists (select from identity.password w where w.person_id = p.id) then 'password' end,
         case when exists (select from identity.federated f where f.person_id = p.id) then 'oidc' end], null) as methods,
       (select count(*) from identity.session s where s.person_id = p.id and s.until > $1
          and s.last_seen_at > $1::timestamptz - $2 * interval '1 second') as sessions,
       exists (select from identity.link l where l.person_id = p.id and l.until > $1) as invited
     from identity.person p order by p.name, p.login`,
    [now, IDLE_S],
  )
  return rows.map((row) => ({
    ...row,
    lockedAt: row.lockedAt?.toISOString() ?? null,
    lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
  }))
}
