import { randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type * as z from 'zod'
import type { Transaction } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { Completion } from '../contract.ts'
import type { Doorway } from '../doorway.ts'
import { recordAccount } from '../evidence/record.ts'
import { checkOrganisation, storeOrganisation } from '../organisation/organisation-store.ts'
import { type CheckedPasskey, checkRegistration, storePasskey } from '../passkey/register-passkey.ts'
import { hashPassword } from '../password/password-hash.ts'
import { acceptablePassword } from '../password/password-rules.ts'
import { replaceRecoveryCodes } from '../password/recovery-codes.ts'
import { type CheckedPassword, storePassword, storeTotp } from '../password/store-password.ts'
import { totpOffer, totpStep } from '../password/totp.ts'
import { loginOf, shownText } from '../person-text.ts'
import type { Session } from '../sessions/session-store.ts'
import { signIn } from '../sessions/signed-in.ts'
import { boundToLink } from './bound-to-link.ts'
import { type Link, takeLink } from './link-store.ts'
import { isOffered, offeredSecret, tryLink } from './open-link.ts'

type Given = z.output<typeof Completion>
type Way =
  | ({ readonly kind: 'passkey' } & CheckedPasskey)
  | ({ readonly kind: 'password'; readonly person: string } & CheckedPassword)

export interface CompletedLink {
  readonly session: Session
  readonly token: string
  readonly recoveryCodes: string[]
}

/**
 * Makes the account of a link, with one way to sign in, and signs in. Everything is checked first; then the link is used up
 * and everything is written, together or not at all.
 *
 * @throws {BergfriedError} `identity.link_invalid` and whatever is wrong with what was given
 */
export async function completeLink(door: Doorway, request: FastifyRequest, given: Given): Promise<CompletedLink> {
  const link = await tryLink(door, given.token, request.ip)
  const login = link.person?.login ?? loginOf(given.login)
  if (link.person !== null && loginOf(given.login) !== login) {
    throw new BergfriedError('identity.text_invalid', {
      where: 'login',
      reason: `the invitation is for ${login}`,
      reasonDe: `die Einladung ist für ${login}`,
    })
  }
  const name = shownText('name', given.name)
  if (link.kind === 'invitation' && given.organisation !== null) throw new BergfriedError('identity.link_invalid')
  const organisation = given.organisation === null ? null : checkOrganisation(given.organisation)
  const way = await checkWay(door, link, given, [login, name, organisation?.name ?? ''])
  return door.stage.transaction(async (tx) => {
    const used = await takeLink(tx, given.token, door.now)
    const setup = used.kind === 'setup'
    await writePerson(tx, door.now, setup, { id: way.person, login, name, language: given.language })
    const recoveryCodes = await storeWay(tx, door, way)
    await recordAccount(
      tx,
      door.now,
      setup ? 'setup' : 'joined',
      { account: way.person, login, by: login },
      { method: way.kind },
    )
    if (organisation !== null) await storeOrganisation(tx, organisation, login, door.now)
    return { ...(await signIn(door, tx, request, way.person, 'setup')), recoveryCodes }
  })
}

async function checkWay(door: Doorway, link: Link, { token, method }: Given, about: string[]): Promise<Way> {
  if (method.kind === 'passkey') {
    const { ceremony, credential, label } = method
    const bound = boundToLink(token)
    const checked = await checkRegistration(door, 'passkey-link', { ceremony, credential, label, bound })
    return { kind: 'passkey', ...checked }
  }
  const secret = offeredSecret(door.key, token)
  const step = totpStep(secret, method.code, door.now, -1)
  if (!isOffered(totpOffer(secret, '', ''), method.totpSecret) || step === null) {
    throw new BergfriedError('identity.code_wrong')
  }
  const hash = await hashPassword(door.key, acceptablePassword(method.password, about))
  return { kind: 'password', person: link.person?.id ?? randomUUID(), hash, secret, step }
}

async function storeWay(tx: Transaction, door: Doorway, way: Way): Promise<string[]> {
  if (way.kind === 'passkey') {
    await storePasskey(tx, way, door.now)
    return []
  }
  await storePassword(tx, way.person, way.hash, door.now)
  await storeTotp(tx, door.key, way.person, way, door.now)
  return replaceRecoveryCodes(tx, door.key, way.person, door.now)
}

async function writePerson(
  tx: Transaction,
  now: Date,
  setup: boolean,
  { id, login, name, language }: { id: string; login: string; name: string; language: string },
): Promise<void> {
  if (setup) {
    await tx.query(
      `insert into identity.person (id, login, name, language, roles, created_at, joined_at)
       values ($1, $2, $3, $4, '{owner}', $5, $5)`,
      [id, login, name, language, now],
    )
    return
  }
  const rows = await tx.query(
    `update identity.person set name = $2, language = $3, joined_at = coalesce(joined_at, $4)
     where id = $1 and locked_at is null returning 1`,
    [id, name, language, now],
  )
  if (rows.length === 0) throw new BergfriedError('identity.link_invalid')
}
