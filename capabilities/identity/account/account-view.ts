import type * as z from 'zod'
import type { StagePool } from '../../../kernel/db/database.ts'
import type { AccountView, OwnSession } from '../contract.ts'
import { IDLE_S } from '../sessions/session-store.ts'

/** Sessions of a person that are still good, newest first. @param current - which one asks */
export async function listSessions(
  stage: StagePool,
  person: string,
  current: string | null,
  now: Date,
): Promise<z.output<typeof OwnSession>[]> {
  type Row = Omit<z.output<typeof OwnSession>, 'createdAt' | 'lastSeenAt' | 'until' | 'current'> &
    Record<'createdAt' | 'lastSeenAt' | 'until', Date>
  const rows = await stage.query<Row>(
    `select id, method, device, address, created_at as "createdAt", last_seen_at as "lastSeenAt", until
     from identity.session
     where person_id = $1 and until > $2 and last_seen_at > $2::timestamptz - $3 * interval '1 second'
     order by created_at desc, id`,
    [person, now, IDLE_S],
  )
  return rows.map((row) => ({
    ...row,
    current: row.id === current,
    createdAt: row.createdAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    until: row.until.toISOString(),
  }))
}

/** Everything that belongs to how a person signs in, without a secret. */
export async function accountView(stage: StagePool, person: string, session: string, now: Date): Promise<AccountView> {
  const [sessions, passkeys, linked, [rest]] = await Promise.all([
    listSessions(stage, person, session, now),
    stage.query<{ id: string; label: string; createdAt: Date; lastUsedAt: Date | null; synced: boolean }>(
      `select id, label, created_at as "createdAt", last_used_at as "lastUsedAt", synced
       from identity.passkey where person_id = $1 order by created_at, id`,
      [person],
    ),
    stage.query<{ id: string; provider: string; createdAt: Date }>(
      `select id, provider, created_at as "createdAt" from identity.federated where person_id = $1 order by created_at`,
      [person],
    ),
    stage.query<{ set: boolean; totp: boolean; codes: number }>(
      `select exists (select from identity.password where person_id = $1) as set,
         exists (select from identity.totp where person_id = $1) as totp,
         (select count(*) from identity.recovery_code where person_id = $1 and used_at is null) as codes`,
      [person],
    ),
  ])
  return {
    sessions,
    passkeys: passkeys.map((key) => ({
      ...key,
      createdAt: key.createdAt.toISOString(),
      lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    })),
    password: { set: rest?.set ?? false, totp: rest?.totp ?? false },
    recoveryCodesLeft: rest?.codes ?? 0,
    linked: linked.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() })),
  }
}
