import type { Transaction } from '../db/database.ts'
import { canonicalJson, type Json } from './canonical-json.ts'

/** What an evidence entry can tell of. */
export type EntryKind =
  | 'collection'
  | 'judgement'
  | 'verdicts'
  | 'exception'
  | 'exception_end'
  | 'attestation'
  | 'configuration'
  | 'token'
  | 'drill'
  | 'statement'
  | 'states'
  | 'erasure'
  | 'export'
  | 'reconciled'
  | 'account'
  | 'organisation'
  | 'access'
  | 'revocation'
  | 'backup'
  | 'ban'
  | 'alert'
  | 'firewall'
  | 'key'
  | 'key_use'

/**
 * Appends an evidence entry in the caller's transaction: what it tells of and the entry are committed together or not
 * at all. The body is canonical JSON (RFC 8785) of at most 60,000 bytes, holds names of systems and digests,
 * never contents of facts; what it says of people is sealed ({@link sealPersonal}).
 *
 * @returns the entry's position; positions start at 0 and have no gaps
 */
export async function appendEntry(tx: Transaction, at: Date, kind: EntryKind, body: Json): Promise<number> {
  const [row] = await tx.query<{ position: number }>('select evidence.append($1, $2, $3) as position', [
    at,
    kind,
    canonicalJson(body),
  ])
  return row?.position ?? -1
}
