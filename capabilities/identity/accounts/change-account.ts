import type { StagePool } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { Role } from '../contract.ts'
import { recordAccount } from '../evidence/record.ts'
import { holdAccount, keepAnOwner } from './hold-account.ts'

/** Who changes somebody's account. `id` is null for a machine. */
export interface Changing {
  readonly by: string
  readonly id: string | null
  readonly now: Date
}

/** @throws {BergfriedError} `http.not_found`, `identity.last_owner` */
export async function setRoles(
  stage: StagePool,
  account: string,
  wanted: readonly Role[],
  { by, now }: Changing,
): Promise<void> {
  const roles = [...new Set(wanted)].sort()
  await stage.transaction(async (tx) => {
    const { login, roles: before } = await holdAccount(tx, { id: account })
    if (String([...before].sort()) === String(roles)) return
    await tx.query('update identity.person set roles = $2 where id = $1', [account, roles])
    await keepAnOwner(tx)
    await recordAccount(tx, now, 'roles', { account, login, by }, { roles, before: [...before].sort() })
  })
}

/**
 * Locks an account: its sessions end in the same moment, its invitation too, and nothing signs it in.
 *
 * @throws {BergfriedError} `http.not_found`, `identity.own_account`, `identity.last_owner`
 */
export async function lockAccount(stage: StagePool, account: string, { by, id, now }: Changing): Promise<void> {
  if (id === account) throw new BergfriedError('identity.own_account')
  await stage.transaction(async (tx) => {
    const { login, locked } = await holdAccount(tx, { id: account })
    if (locked) return
    await tx.query('update identity.person set locked_at = $2 where id = $1', [account, now])
    await tx.query('delete from identity.session where person_id = $1', [account])
    await tx.query('delete from identity.link where person_id = $1', [account])
    await keepAnOwner(tx)
    await recordAccount(tx, now, 'locked', { account, login, by })
  })
}

/** Unlocks an account. Its sessions stay ended. @throws {BergfriedError} `http.not_found` */
export async function unlockAccount(stage: StagePool, account: string, { by, now }: Changing): Promise<void> {
  await stage.transaction(async (tx) => {
    const { login, locked } = await holdAccount(tx, { id: account })
    if (!locked) return
    await tx.query('update identity.person set locked_at = null where id = $1', [account])
    await recordAccount(tx, now, 'unlocked', { account, login, by })
  })
}

/**
 * Ends sessions of somebody.
 *
 * @param session - one of them; null: all
 * @throws {BergfriedError} `http.not_found`
 */
export async function endSessions(
  stage: StagePool,
  account: string,
  session: string | null,
  { by, now }: Changing,
): Promise<void> {
  await stage.transaction(async (tx) => {
    const { login } = await holdAccount(tx, { id: account })
    const ended = await tx.query(
      'delete from identity.session where person_id = $1 and ($2::uuid is null or id = $2) returning 1',
      [account, session],
    )
    if (ended.length === 0 && session === null) return
    if (ended.length === 0) throw new BergfriedError('http.not_found', { what: `session ${session}` })
    await recordAccount(tx, now, 'sessions_ended', { account, login, by }, { sessions: ended.length })
  })
}
