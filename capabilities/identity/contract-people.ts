import { createPublicKey } from 'node:crypto'
import { decodeCredentialPublicKey } from '@simplewebauthn/server/helpers'
import type { Database } from '../../kernel/db/database.ts'

/** Somebody with an account, as other capabilities see it. */
export interface KnownPerson {
  readonly login: string
  readonly name: string
  readonly roles: readonly string[]
  readonly locked: boolean
}

/** @returns null where nobody has this login */
export async function findPerson(database: Database, login: string): Promise<KnownPerson | null> {
  const [row] = await database
    .stage('bf_identity')
    .query<KnownPerson>(
      'select login, name, roles, locked_at is not null as locked from identity.person where login = $1',
      [login],
    )
  return row ?? null
}

/** A passkey as others can verify what it signs. */
export interface KnownPasskey {
  readonly credentialId: string
  /** Public key as JWK in JSON (RFC 7517). */
  readonly jwk: string
}

/** The passkeys of a person. Keys of kinds that node:crypto does not know are left out. */
export async function passkeysOf(database: Database, login: string): Promise<readonly KnownPasskey[]> {
  const rows = await database.stage('bf_identity').query<{ credential_id: string; public_key: Buffer }>(
    `select k.credential_id, k.public_key from identity.passkey k join identity.person p on p.id = k.person_id
     where p.login = $1 order by k.created_at`,
    [login],
  )
  return rows.flatMap(({ credential_id, public_key }) => {
    const jwk = jwkOf(new Uint8Array(public_key))
    return jwk === null ? [] : [{ credentialId: credential_id, jwk }]
  })
}

/** COSE (RFC 9053) labels: 1 kind, -1 curve or modulus, -2 x or exponent, -3 y. */
function jwkOf(cose: Uint8Array): string | null {
  const key = decodeCredentialPublicKey(cose as never) as unknown as Map<number, unknown>
  const text = (label: number): string => Buffer.from(key.get(label) as Uint8Array).toString('base64url')
  try {
    const jwk =
      key.get(1) === 2
        ? {
            kty: 'EC',
            crv: { 1: 'P-256', 2: 'P-384', 3: 'P-521' }[Number(key.get(-1))] ?? '',
            x: text(-2),
            y: text(-3),
          }
        : key.get(1) === 1
          ? { kty: 'OKP', crv: 'Ed25519', x: text(-2) }
          : { kty: 'RSA', n: text(-1), e: text(-2) }
    createPublicKey({ key: jwk, format: 'jwk' })
    return JSON.stringify(jwk)
  } catch {
    return null
  }
}

/** Those of some logins whose account is locked. */
export async function lockedAmong(database: Database, logins: readonly string[]): Promise<readonly string[]> {
  const rows = await database
    .stage('bf_identity')
    .query<{ login: string }>('select login from identity.person where login = any($1) and locked_at is not null', [
      logins,
    ])
  return rows.map((row) => row.login)
}
