import { randomUUID } from 'node:crypto'
import { formatV4, formatV6, parseAddress } from '../../../engines/packetspace/address.ts'
import type { Entitlement } from '../../../kernel/config/access-config.ts'
import type { Transaction } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import { type AccessDeps, deskOf, entitlementNamed, moved } from '../desk.ts'
import { recordAccess } from '../evidence/record.ts'
import { activePerson } from '../people/locks.ts'
import { sshKeysOf } from '../people/ssh-keys.ts'
import { accountName } from './account-name.ts'
import { requestText } from './request-text.ts'

export interface Wish {
  /** Logins. */
  readonly requester: string
  readonly receiver: string
  readonly entitlement: string
  readonly seconds: number
  readonly need: string
  /** For SSH the fingerprint of an enrolled key, or null for the only one; for databases a SCRAM verifier. */
  readonly credential: string | null
}

/** A request waits for approval at most so long. */
const WAITS_MS = 24 * 3600 * 1000
const SCRAM = /^SCRAM-SHA-256\$[1-9][0-9]{3,5}:[A-Za-z0-9+/=]{16,64}\$[A-Za-z0-9+/=]{44}:[A-Za-z0-9+/=]{44}$/

/**
 * Asks for something. Nothing is granted by it.
 *
 * @throws {BergfriedError} `access.unknown`, `access.locked`, `access.too_long`, `access.credential`
 */
export async function askFor(deps: AccessDeps, wish: Wish): Promise<{ readonly id: string; readonly text: string }> {
  const desk = deskOf(deps)
  const entitlement = entitlementNamed(desk, wish.entitlement)
  if (wish.seconds > entitlement.longestSeconds) {
    throw new BergfriedError('access.too_long', { seconds: entitlement.longestSeconds })
  }
  await activePerson(deps.database, wish.receiver)
  if (wish.requester !== wish.receiver) await activePerson(deps.database, wish.requester)
  const at = deps.clock.now()
  const id = randomUUID()
  const expires = new Date(at.getTime() + WAITS_MS)
  const asked = await deps.database.stage('bf_access').transaction(async (tx) => {
    const credential = await credentialOf(tx, entitlement, wish)
    const account = entitlement.account ?? (await accountName(tx, wish.receiver))
    const key = entitlement.kind === 'host' ? credential : null
    // An address is opened for whoever uses it, and for nobody else.
    const source = entitlement.kind === 'network' && credential !== null ? [credential] : entitlement.source
    const text = requestText({ id, ...wish, entitlement: { ...entitlement, source }, account, expires, key })
    await tx.query(
      `insert into access.request (id, requester, receiver, entitlement, system, need, text, approvals, credential, created_at, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        id,
        wish.requester,
        wish.receiver,
        entitlement.name,
        entitlement.system,
        wish.need,
        text,
        entitlement.approvals,
        credential,
        at,
        expires,
      ],
    )
    const clear = { request: id, entitlement: entitlement.name, system: entitlement.system, seconds: wish.seconds }
    await recordAccess(tx, at, 'requested', { person: wish.receiver, by: wish.requester }, clear)
    return { id, text }
  })
  moved(deps)
  return asked
}

async function credentialOf(tx: Transaction, { kind }: Entitlement, wish: Wish): Promise<string | null> {
  if (kind === 'application') return null
  if (kind === 'network') {
    const address = wish.credential === null ? undefined : parseAddress(wish.credential)
    if (address === undefined) throw new BergfriedError('access.credential', { what: 'IPv4/IPv6' })
    return address.family === 'ip4' ? formatV4(Number(address.value)) : formatV6(BigInt(address.value))
  }
  if (kind === 'postgres') {
    if (wish.credential === null || !SCRAM.test(wish.credential)) {
      throw new BergfriedError('access.credential', { what: 'SCRAM-SHA-256' })
    }
    return wish.credential
  }
  const keys = await sshKeysOf(tx, wish.receiver)
  const named = keys.find((key) => key.fingerprint === wish.credential)
  const [only] = wish.credential === null && keys.length === 1 ? keys : []
  const key = named ?? only
  if (key === undefined) throw new BergfriedError('access.credential', { what: 'SSH' })
  return key.fingerprint
}

/** Takes a request back before it was decided. */
export async function withdraw(deps: AccessDeps, id: string, person: string): Promise<void> {
  const at = deps.clock.now()
  await deps.database.stage('bf_access').transaction(async (tx) => {
    const rows = await tx.query<{ receiver: string; entitlement: string; system: string }>(
      `update access.request r set withdrawn_at = $3
       where id = $1 and $2 in (requester, receiver) and withdrawn_at is null
         and not exists (select from access."grant" g where g.id = r.id)
       returning receiver, entitlement, system`,
      [id, person, at],
    )
    const [row] = rows
    if (row === undefined) throw new BergfriedError('access.decided', {})
    const clear = { request: id, entitlement: row.entitlement, system: row.system }
    await recordAccess(tx, at, 'withdrawn', { person: row.receiver, by: person }, clear)
  })
  moved(deps)
}
