import { BergfriedError } from '../../kernel/errors.ts'
import type { Text } from '../../kernel/i18n/text.ts'

/**
 * Turns what the driver throws into an error of ours. The driver's own text is left out where it may quote the address.
 * Codes: PostgreSQL manual, Appendix A (SQLSTATE); errno(3); those of OpenSSL as Node names them.
 */
export function readingError(error: unknown, at: { system: string; what: string; seconds: number }): BergfriedError {
  if (error instanceof BergfriedError) return error
  const { code = '', message = '' } = error as { code?: string; message?: string }
  const { system, what, seconds } = at
  const cause = { cause: error }
  const unreachable = (reason: Text) =>
    new BergfriedError('collect.unreachable', { system, reason: reason.en, reasonDe: reason.de }, cause)
  if (code === '42501') return new BergfriedError('collect.denied', { what: `${system}: ${what}` }, cause)
  if (TIMEOUTS.has(code) || message === 'Query read timeout') {
    return new BergfriedError('collect.timeout', { what: `${system}: ${what}`, seconds }, cause)
  }
  const known = REASONS[code]
  if (known !== undefined) return unreachable(known)
  // Before the driver's words are looked at: the server's may hold any name of the observed side.
  if (SQLSTATE.test(code)) {
    return new BergfriedError('collect.unreadable', { what: `${system}: ${what}`, reason: `SQLSTATE ${code}` }, cause)
  }
  // The driver's own words for a server that asks for a password when there is none, or gives a wrong proof.
  if (/^SAS[LP]|client password/.test(message)) return unreachable(REFUSED)
  if (/does not support SSL/.test(message)) {
    return unreachable({ de: 'TLS: Der Server bietet keines an', en: 'TLS: the server offers none' })
  }
  if (/certificate|self.signed|altname|SSL|TLS/i.test(`${code} ${message}`)) {
    return unreachable({
      de: `TLS: ${code === '' ? 'Handschlag gescheitert' : code}`,
      en: `TLS: ${code === '' ? 'handshake failed' : code}`,
    })
  }
  if (/timeout/i.test(message)) return unreachable(TIMEOUT)
  if (/terminated|ended|closed|not queryable/i.test(message)) return unreachable(LOST)
  return unreachable(code === '' ? { de: 'Verbindung gescheitert', en: 'connection failed' } : { de: code, en: code })
}

/** Five characters with a digit: EPIPE is none. */
const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/

/** Statement, lock, and transaction took too long. */
const TIMEOUTS: ReadonlySet<string> = new Set(['57014', '55P03', '25P04'])

const REFUSED: Text = { de: 'Anmeldung abgelehnt', en: 'sign-in refused' }
const TIMEOUT: Text = { de: 'keine Antwort', en: 'timeout' }
const LOST: Text = { de: 'Verbindung verloren', en: 'connection lost' }
const NO_ROUTE: Text = { de: 'kein Weg dorthin', en: 'no route' }
const STOPPING: Text = { de: 'der Server fährt herunter', en: 'server is shutting down' }

const REASONS: Readonly<Record<string, Text>> = {
  ECONNREFUSED: { de: 'Verbindung abgelehnt', en: 'connection refused' },
  ENOENT: { de: 'kein Socket', en: 'no socket' },
  EACCES: { de: 'Socket nicht zugänglich', en: 'socket not accessible' },
  ECONNRESET: { de: 'Verbindung zurückgesetzt', en: 'connection reset' },
  EPIPE: LOST,
  ENOTFOUND: { de: 'unbekannter Rechnername', en: 'unknown host name' },
  EAI_AGAIN: { de: 'der Namensdienst antwortet nicht', en: 'name service does not answer' },
  ETIMEDOUT: TIMEOUT,
  EHOSTUNREACH: NO_ROUTE,
  ENETUNREACH: NO_ROUTE,
  '08P01': LOST,
  '28000': REFUSED,
  '28P01': REFUSED,
  '3D000': { de: 'keine solche Datenbank', en: 'no such database' },
  '53300': { de: 'zu viele Verbindungen', en: 'too many connections' },
  '57P01': STOPPING,
  '57P02': STOPPING,
  '57P03': { de: 'der Server fährt hoch', en: 'server is starting up' },
  '57P05': LOST,
}
