import { BergfriedError } from '../../kernel/errors.ts'

/** Turns what the driver throws into an error of ours. The driver's own text is left out where it may quote the address. */
export function readingError(error: unknown, at: { system: string; what: string; seconds: number }): BergfriedError {
  if (error instanceof BergfriedError) return error
  const { code = '', message = '' } = error as { code?: string; message?: string }
  const { system, what, seconds } = at
  const cause = { cause: error }
  if (code === '42501') return new BergfriedError('collect.denied', { what: `${system}: ${what}` }, cause)
  if (code === '57014') return new BergfriedError('collect.timeout', { what: `${system}: ${what}`, seconds }, cause)
  const reason =
    REASONS[code] ??
    (/timeout/i.test(message) ? 'timeout' : /terminated|ended|closed/i.test(message) ? 'connection lost' : null)
  if (reason !== null) return new BergfriedError('collect.unreachable', { system, reason }, cause)
  if (/certificate|self.signed|altname|SSL|TLS/i.test(`${code} ${message}`)) {
    return new BergfriedError('collect.unreachable', { system, reason: `TLS: ${tlsReason(code, message)}` }, cause)
  }
  if (/^[0-9A-Z]{5}$/.test(code)) {
    return new BergfriedError('collect.unreadable', { what: `${system}: ${what}`, reason: `SQLSTATE ${code}` }, cause)
  }
  return new BergfriedError('collect.unreachable', { system, reason: code === '' ? 'connection failed' : code }, cause)
}

const tlsReason = (code: string, message: string): string =>
  /does not support SSL/i.test(message) ? 'the server offers none' : code === '' ? 'handshake failed' : code

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOENT: 'no socket',
  EACCES: 'socket not accessible',
  ECONNRESET: 'connection reset',
  ENOTFOUND: 'unknown host name',
  EAI_AGAIN: 'name service does not answer',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'no route',
  ENETUNREACH: 'no route',
  '28000': 'sign-in refused',
  '28P01': 'sign-in refused',
  '3D000': 'no such database',
  '53300': 'too many connections',
  '57P01': 'server is shutting down',
  '57P03': 'server is starting up',
}
