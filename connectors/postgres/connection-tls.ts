import { isIP } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import { BergfriedError } from '../../kernel/errors.ts'

/**
 * TLS settings from a connection URI, with the words of libpq (PostgreSQL manual, "SSL Support"):
 * `disable` none; `require` encrypted, not verified; `verify-ca` chain verified; `verify-full` chain and name verified.
 * Nothing said means `verify-full`, because a password is about to be sent; `sslrootcert` names the authority. `allow`
 * and `prefer`, which leave the choice to whoever answers, are taken as `require`, an unknown word as `verify-full`.
 *
 * @throws {BergfriedError} `collect.unreadable` the authority's file cannot be read
 */
export async function tlsFrom(
  query: URLSearchParams,
  host: string,
  read: (path: string) => Promise<string>,
): Promise<ConnectionOptions | undefined> {
  const said = query.get('sslmode') ?? (isLoopback(host) ? 'disable' : 'verify-full')
  if (said === 'disable') return undefined
  const mode = said === 'allow' || said === 'prefer' ? 'require' : said
  const path = query.get('sslrootcert')
  const ca = path === null || path === 'system' ? undefined : await authority(path, read)
  return {
    ...(isIP(host) === 0 ? { servername: host } : {}),
    minVersion: 'TLSv1.2',
    ...(ca === undefined ? {} : { ca }),
    ...(mode === 'require' && ca === undefined ? { rejectUnauthorized: false } : {}),
    ...(mode === 'verify-ca' || (mode === 'require' && ca !== undefined)
      ? { checkServerIdentity: () => undefined }
      : {}),
  }
}

async function authority(path: string, read: (path: string) => Promise<string>): Promise<string> {
  try {
    return await read(path)
  } catch (error) {
    throw new BergfriedError('collect.unreadable', {
      what: path,
      reason: (error as { code?: string }).code ?? 'unreadable',
    })
  }
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host)
