import { BergfriedError } from '../errors.ts'

/**
 * Turns what the driver throws into our table of errors where it is something a user can mend; the rest stays as it is,
 * a defect. Codes: PostgreSQL manual, appendix A.
 */
export function translateDatabaseError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof BergfriedError) return error
  const code = (error as { code?: string }).code ?? ''
  if (code === '53100') return new BergfriedError('db.disk_full', {}, { cause: error })
  if (code === 'ENOSPC') return new BergfriedError('db.disk_full', {}, { cause: error })
  const reason = UNREACHABLE[code] ?? (/timeout|terminated/i.test(error.message) ? 'timeout' : undefined)
  if (reason !== undefined) return new BergfriedError('db.unreachable', { reason }, { cause: error })
  return error
}

const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOENT: 'no socket',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  ENOTFOUND: 'unknown host name',
  EAI_AGAIN: 'name service does not answer',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'no route',
  ENETUNREACH: 'no route',
  '28000': 'sign-in refused',
  '28P01': 'sign-in refused',
  '3D000': 'no such database',
  '57P01': 'server is shutting down',
  '57P03': 'server is starting up',
  '53300': 'too many connections',
}
