import { SshError } from '../../../engines/sshcert/errors.ts'
import { fingerprint } from '../../../engines/sshcert/fingerprint.ts'
import { formatPublicKey, parsePublicKey } from '../../../engines/sshcert/public-key.ts'
import type { Transaction } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import { recordAccess } from '../evidence/record.ts'

export interface SshKeyRow {
  readonly fingerprint: string
  readonly line: string
  readonly label: string
  readonly addedAt: Date
}

const MOST_KEYS = 20

/** The keys of somebody, oldest first. */
export const sshKeysOf = (tx: Transaction, person: string) =>
  tx.query<SshKeyRow>(
    `select fingerprint, line, label, added_at as "addedAt" from access.ssh_key
     where person = $1 and removed_at is null order by added_at, fingerprint`,
    [person],
  )

/**
 * Enrols a key: Ed25519, ECDSA, RSA from 2,048 bits on, and those of security devices.
 *
 * @param line - as in `id_ed25519.pub`
 * @throws {BergfriedError} `access.key`
 */
export async function addSshKey(
  tx: Transaction,
  at: Date,
  key: { readonly person: string; readonly line: string; readonly label: string; readonly by: string },
): Promise<string> {
  const { name, line } = readKey(key.line)
  const known = await sshKeysOf(tx, key.person)
  if (known.length >= MOST_KEYS) throw new BergfriedError('access.key', { reason: `${MOST_KEYS} are the most` })
  const added = await tx.query(
    `insert into access.ssh_key (fingerprint, person, line, label, added_at) values ($1, $2, $3, $4, $5)
     on conflict do nothing returning 1`,
    [name, key.person, line, key.label.slice(0, 80) || 'SSH', at],
  )
  if (added.length === 0) throw new BergfriedError('access.key', { reason: 'it was enrolled before' })
  await recordAccess(tx, at, 'key_added', { person: key.person, by: key.by }, { key: name })
  return name
}

/** A key that was removed never comes back: whoever lost it may have lost it to somebody. */
export async function removeSshKey(
  tx: Transaction,
  at: Date,
  key: { readonly person: string; readonly fingerprint: string; readonly by: string },
): Promise<void> {
  const rows = await tx.query(
    'update access.ssh_key set removed_at = $3 where person = $1 and fingerprint = $2 and removed_at is null returning 1',
    [key.person, key.fingerprint, at],
  )
  if (rows.length === 0) throw new BergfriedError('http.not_found', { what: key.fingerprint })
  await recordAccess(tx, at, 'key_removed', { person: key.person, by: key.by }, { key: key.fingerprint })
}

function readKey(line: string): { name: string; line: string } {
  try {
    const { key } = parsePublicKey(line.trim())
    return { name: fingerprint(key), line: formatPublicKey(key) }
  } catch (error) {
    if (!(error instanceof SshError)) throw error
    throw new BergfriedError('access.key', { reason: error.message })
  }
}
