import type { Database } from '../../kernel/db/database.ts'
import { jwkOf } from './passkey/passkey-jwk.ts'

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

/** Those of some logins whose account is locked. */
export async function lockedAmong(database: Database, logins: readonly string[]): Promise<readonly string[]> {
  const rows = await database
    .stage('bf_identity')
    .query<{ login: string }>('select login from identity.person where login = any($1) and locked_at is not null', [
      logins,
    ])
  return rows.map((row) => row.login)
}
