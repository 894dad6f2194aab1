import { BergfriedError } from '../../../kernel/errors.ts'

/** Bytes of the longest name (NAMEDATALEN - 1). */
const NAME_BYTES = 63
const FEWEST_ITERATIONS = 4096
/** Each sign-in costs the server so many hashes: more would be a way to keep it busy. */
const MOST_ITERATIONS = 1_000_000
const KEY_BYTES = 32

/** Quotes a name for a statement that takes no parameters. @throws {BergfriedError} `usage.invalid` it can be none */
export function quoted(name: string): string {
  if (name === '' || Buffer.byteLength(name) > NAME_BYTES || name.includes('\0')) {
    throw new BergfriedError('usage.invalid', { reason: 'a name that PostgreSQL cannot have' })
  }
  return `"${name.replaceAll('"', '""')}"`
}

/**
 * A SCRAM verifier as a literal: `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>` (RFC 5803; PostgreSQL
 * source, src/common/scram-common.c). The server takes whatever does not parse for a password in clear, and everybody
 * who saw it could sign in: so each part is decoded and has to come out as it went in.
 *
 * @throws {BergfriedError} `access.credential`
 */
export function verifierLiteral(verifier: string | null): string {
  const [, iterations, salt, stored, server] =
    /^SCRAM-SHA-256\$([1-9][0-9]{3,6}):([A-Za-z0-9+/=]{12,88})\$([A-Za-z0-9+/=]{44}):([A-Za-z0-9+/=]{44})$/.exec(
      verifier ?? '',
    ) ?? []
  const count = Number(iterations)
  if (
    verifier === null ||
    !(count >= FEWEST_ITERATIONS && count <= MOST_ITERATIONS) ||
    bytesOf(salt) < 8 ||
    bytesOf(stored) !== KEY_BYTES ||
    bytesOf(server) !== KEY_BYTES
  ) {
    throw new BergfriedError('access.credential', { what: 'SCRAM-SHA-256' })
  }
  return `'${verifier}'`
}

/** Length of what a text of canonical base64 says; 0 where it is none. */
function bytesOf(text = ''): number {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes.length : 0
}

/** A moment as a literal. @throws {BergfriedError} `access.not_applied` it is none, or beyond the year 9999 */
export function momentLiteral(at: Date, system: string): string {
  const text = Number.isNaN(at.getTime()) ? '' : at.toISOString()
  if (!/^\d{4}-[\d\-T:.]+Z$/.test(text)) {
    throw new BergfriedError('access.not_applied', {
      system,
      reason: 'the end of the grant is no date',
      reasonDe: 'das Ende der Vergabe ist kein Datum',
    })
  }
  return `'${text}'`
}
