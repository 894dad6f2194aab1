import { randomUUID } from 'node:crypto'
import type { StagePool, Transaction } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { Lang } from '../../../kernel/i18n/text.ts'
import type { Role } from '../contract.ts'
import { COMMAND_LINE, recordAccount } from '../evidence/record.ts'
import { createInvitation, invitationAddress } from '../links/link-store.ts'
import { loginOf, shownText } from '../person-text.ts'
import { holdAccount, keepAnOwner, type Which } from './hold-account.ts'

export interface Invitation {
  readonly id: string
  /** The whole address with the secret; told once. */
  readonly link: string
  readonly until: Date
}

/** Who invites, and what the new person's link begins with. */
export interface Inviting {
  readonly by: string
  readonly url: string
  readonly now: Date
}

/**
 * Makes an account, which can do nothing before its invitation is taken up.
 *
 * @throws {BergfriedError} `identity.login_taken`, `identity.text_invalid`
 */
export async function createAccount(
  stage: StagePool,
  wanted: { readonly name: string; readonly login: string; readonly roles: readonly Role[]; readonly language: Lang },
  { by, url, now }: Inviting,
): Promise<Invitation> {
  const id = randomUUID()
  const login = loginOf(wanted.login)
  const roles = [...new Set(wanted.roles)]
  return stage.transaction(async (tx) => {
    const rows = await tx.query(
      `insert into identity.person (id, login, name, language, roles, created_at) values ($1, $2, $3, $4, $5, $6)
       on conflict (login) do nothing returning 1`,
      [id, login, shownText('name', wanted.name), wanted.language, roles, now],
    )
    if (rows.length === 0) throw new BergfriedError('identity.login_taken', { login })
    const { token, until } = await createInvitation(tx, id, now)
    await recordAccount(tx, now, 'invited', { account: id, login, by }, { roles, until: until.toISOString() })
    return { id, link: invitationAddress(url, token), until }
  })
}

/**
 * A new invitation in place of the old. Whoever had joined starts anew: every way to sign in and every session of that person
 * ends here and now, so it cannot be done without the person noticing.
 *
 * @throws {BergfriedError} `http.not_found`, `identity.locked`, `identity.last_owner`
 */
export function inviteAgain(stage: StagePool, which: Which, inviting: Inviting): Promise<Invitation> {
  return stage.transaction(async (tx) => {
    const made = await renew(tx, which, inviting)
    await keepAnOwner(tx)
    return made
  })
}

/** What the command line does for a person who lost everything, the only owner included. @throws as {@link inviteAgain} */
export const resetAccount = (
  stage: StagePool,
  login: string,
  { url, now }: Pick<Inviting, 'url' | 'now'>,
): Promise<Invitation> =>
  stage.transaction((tx) => renew(tx, { login: loginOf(login) }, { by: COMMAND_LINE, url, now }))

async function renew(tx: Transaction, which: Which, { by, url, now }: Inviting): Promise<Invitation> {
  const { id, login, locked, joined } = await holdAccount(tx, which)
  if (locked) throw new BergfriedError('identity.locked')
  for (const table of ['session', 'passkey', 'password', 'totp', 'recovery_code', 'federated']) {
    await tx.query(`delete from identity.${table} where person_id = $1`, [id])
  }
  const { token, until } = await createInvitation(tx, id, now)
  const event = joined ? 'reset' : 'invited'
  await recordAccount(tx, now, event, { account: id, login, by }, { until: until.toISOString() })
  return { id, link: invitationAddress(url, token), until }
}
