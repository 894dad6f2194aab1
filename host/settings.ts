import { fingerprint } from '../engines/sshcert/fingerprint.ts'
import { type PublicKey, parsePublicKey } from '../engines/sshcert/public-key.ts'
import { problem } from './errors.ts'
import { isObjectOf, isOneOf, isText, orNull, parseShape, type Shape } from './shape.ts'
import { readTrusted } from './trusted-file.ts'

/** What a host is told once, when it is enrolled: `host.json`. */
export interface Settings {
  /** `https://…`, or `http://` on loopback. Without a path. */
  readonly server: string
  /** Its own name, as lists of who may sign in have it. */
  readonly host: string
  /** SHA-256 of the certificate, DER, of the authority that signs the server's: 64 hexadecimal digits. */
  readonly tls: string | null
  /** The key that certifies people. */
  readonly authority: PublicKey
  /** The key that signs lists. */
  readonly orders: PublicKey
  /** Seconds past its maximum age for which a list still counts; 0 is strict. */
  readonly graceSeconds: bigint
}

const FORMAT = 'bergfried-host/1'
const MOST_GRACE_SECONDS = 7 * 86_400
const MOST_BYTES = 65_536
const HOST = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i

const isGrace: Shape<{ readonly graceSeconds: number }> = isObjectOf({
  graceSeconds: (value): value is number =>
    Number.isSafeInteger(value) && (value as number) > 0 && (value as number) <= MOST_GRACE_SECONDS,
})
const isMode: Shape<'strict' | { readonly graceSeconds: number }> = (value): value is 'strict' =>
  value === 'strict' || isGrace(value)

const isSettings = isObjectOf({
  format: isOneOf(FORMAT),
  server: isText(500),
  host: isText(253),
  tls: orNull(isText(64)),
  authority: isText(2000),
  orders: isText(2000),
  mode: isMode,
})

/** @throws {HostError} `usage`, `unsafe`, `failed` */
export function readSettings(path: string): Settings {
  return parseSettings(readTrusted(path, MOST_BYTES).toString('utf8'), path)
}

/** @throws {HostError} `usage` */
export function parseSettings(text: string, path: string): Settings {
  const found = parseShape(text, isSettings)
  if (found === null) throw problem('usage', path, `not ${FORMAT}`, `nicht ${FORMAT}`)
  const { server, host, tls, mode } = found
  if (!HOST.test(host)) throw problem('usage', path, 'host: no name of one', 'host: kein Rechnername')
  checkServer(server, tls, path)
  const [authority, orders] = [keyOf(found.authority, path), keyOf(found.orders, path)]
  if (orders.type !== 'ssh-ed25519') {
    throw problem('usage', path, 'orders: not an Ed25519 key', 'orders: kein Ed25519-Schlüssel')
  }
  if (fingerprint(authority) === fingerprint(orders)) {
    throw problem('usage', path, 'one key for both uses', 'ein Schlüssel für beide Zwecke')
  }
  const graceSeconds = BigInt(mode === 'strict' ? 0 : mode.graceSeconds)
  return { server, host, tls, authority, orders, graceSeconds }
}

function checkServer(server: string, tls: string | null, path: string): void {
  const url = URL.canParse(server) ? new URL(server) : null
  const loopback = ['127.0.0.1', '[::1]', 'localhost'].includes(url?.hostname ?? '')
  const plain = url?.protocol === 'http:' && loopback && tls === null
  const secret = url?.protocol === 'https:' && tls !== null && /^[0-9a-f]{64}$/.test(tls)
  if (url === null || url.origin !== server || !(plain || secret)) {
    throw problem(
      'usage',
      path,
      'server: neither https:// with a fingerprint of its authority nor http:// on loopback without one',
      'server: weder https:// mit Fingerabdruck der Zertifizierungsstelle noch http:// auf Loopback ohne',
    )
  }
}

function keyOf(line: string, path: string): PublicKey {
  try {
    return parsePublicKey(line).key
  } catch (error) {
    throw problem('usage', path, 'holds a line that is no public key', 'enthält eine Zeile, die kein Schlüssel ist', {
      cause: error,
    })
  }
}
