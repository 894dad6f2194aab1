import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, rootCertificates, type SecureVersion, type TLSSocket } from 'node:tls'
import { guardPeerCertificate } from '../../kernel/collect/peer-certificate.ts'

/** An endpoint to look at: `name` is what it should be called, `host` and `port` where it is. */
export interface Target {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly purpose: 'https' | 'postgres' | 'tls'
  /** Further authorities, PEM, beside the usual ones. */
  readonly ca: string | null
}

export interface Handshake {
  readonly version: string
  readonly cipher: string
  /** The leaf certificate, DER. */
  readonly certificate: Buffer
  /** Why the chain is not trusted, as OpenSSL names it; null where it is. */
  readonly chainError: string | null
}

export interface Refusal {
  readonly refused: string
}

/** Named, because what OpenSSL offers by itself lacks the brainpool curves: their certificates need them in TLS 1.2. */
const CURVES =
  'X25519:P-256:X448:P-384:P-521:brainpoolP256r1:brainpoolP384r1:brainpoolP512r1:ffdhe2048:ffdhe3072:ffdhe4096'

/** Milliseconds for one connection with its handshake. */
export const PATIENCE = 5000

/**
 * One handshake, ended right after. Every cipher is offered, the old ones too, except those without a certificate; what
 * the endpoint takes then is its own choice.
 *
 * @param version - null: whatever both sides like best
 */
export async function shake(
  target: Target,
  version: SecureVersion | null,
  signal: AbortSignal,
  patience = PATIENCE,
): Promise<Handshake | Refusal> {
  signal.throwIfAborted()
  let socket: TLSSocket
  try {
    socket = await openTls(target, version, signal, patience)
  } catch (error) {
    signal.throwIfAborted()
    return { refused: reasonOf(error) }
  }
  try {
    const raw: Buffer | undefined = socket.getPeerCertificate().raw
    if (raw === undefined) return { refused: 'no certificate' }
    return {
      version: socket.getProtocol() ?? '',
      cipher: socket.getCipher().standardName ?? socket.getCipher().name,
      certificate: raw,
      chainError: socket.authorized ? null : String(socket.authorizationError ?? 'UNKNOWN'),
    }
  } finally {
    socket.destroy()
  }
}

/** Opens a TLS connection. The caller destroys it. The chain's verdict is in `authorized`, it stops nothing. */
export async function openTls(
  target: Target,
  version: SecureVersion | null,
  signal: AbortSignal,
  patience = PATIENCE,
): Promise<TLSSocket> {
  const tcp = await openTcp(target.host, target.port, signal, patience)
  try {
    if (target.purpose === 'postgres') await askPostgres(tcp, patience)
    return await within(tcp, patience, (resolve, reject) => {
      const tls = connectTls({
        socket: tcp,
        ...(isIP(target.name) === 0 ? { servername: target.name } : {}),
        rejectUnauthorized: false,
        checkServerIdentity: () => undefined,
        ALPNProtocols: target.purpose === 'https' ? ['http/1.1'] : [],
        ca: target.ca === null ? [...rootCertificates] : [...rootCertificates, target.ca],
        minVersion: version ?? 'TLSv1',
        ...(version === null ? {} : { maxVersion: version }),
        ciphers: 'ALL:!aNULL:@SECLEVEL=0',
        ecdhCurve: CURVES,
      })
      guardPeerCertificate(tls)
      tls.once('secureConnect', () => resolve(tls))
      tls.once('error', reject)
      tls.once('close', () => reject(new Error('closed')))
    })
  } catch (error) {
    tcp.destroy()
    throw error
  }
}

/** Opens a TCP connection that dies with the signal. */
export function openTcp(host: string, port: number, signal: AbortSignal, patience = PATIENCE): Promise<Socket> {
  const tcp = connectTcp({ host, port, signal } as never)
  return within(tcp, patience, (resolve, reject) => {
    tcp.once('connect', () => resolve(tcp))
    tcp.once('error', reject)
  })
}

/** PostgreSQL is asked for TLS first (PostgreSQL manual, "SSLRequest"); it answers with one letter. */
async function askPostgres(tcp: Socket, patience: number): Promise<void> {
  const request = Buffer.alloc(8)
  request.writeInt32BE(8, 0)
  request.writeInt32BE(80_877_103, 4)
  const answer = await within<string>(tcp, patience, (resolve, reject) => {
    tcp.once('data', (data: Buffer) => resolve(data.toString('latin1', 0, 1)))
    tcp.once('error', reject)
    tcp.once('close', () => reject(new Error('closed')))
    tcp.write(request)
  })
  if (answer !== 'S') throw Object.assign(new Error('no TLS'), { code: 'NO_TLS' })
}

function within<T>(
  socket: Socket,
  patience: number,
  work: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
) {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.destroy()
      reject(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' }))
    }, patience)
    work(
      (value) => {
        clearTimeout(timer)
        resolve(value)
      },
      (error) => {
        clearTimeout(timer)
        reject(error)
      },
    )
  })
}

/** Codes of Node and OpenSSL in few words; the texts of OpenSSL hold addresses of memory. */
function reasonOf(error: unknown): string {
  const { code = '', message = '' } = error as { code?: string; message?: string }
  const known: Record<string, string> = {
    ECONNREFUSED: 'connection refused',
    ENOTFOUND: 'unknown host name',
    EAI_AGAIN: 'name service does not answer',
    ETIMEDOUT: 'timeout',
    EHOSTUNREACH: 'no route',
    ENETUNREACH: 'no route',
    NO_TLS: 'no TLS',
    ERR_SSL_WRONG_VERSION_NUMBER: 'no TLS',
    ERR_SSL_PACKET_LENGTH_TOO_LONG: 'no TLS',
  }
  if (known[code] !== undefined) return known[code]
  if (/closed|ECONNRESET|socket disconnected/.test(`${code} ${message}`)) return 'connection closed'
  return code === '' ? 'handshake failed' : code
}
