import { createHash, createHmac } from 'node:crypto'

export interface SigV4Key {
  readonly accessKey: string
  readonly secretKey: string
  readonly region: string
  readonly service: string
}

export interface SigV4Request {
  readonly method: string
  /** Absolute; its path is encoded already, exactly as it is sent. */
  readonly url: URL
  /** Beside `host` and those that are added here. */
  readonly headers: Readonly<Record<string, string>>
  /** SHA-256 of the body, hexadecimal. */
  readonly bodySha256: string
}

export const sha256Hex = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex')
const hmac = (key: Uint8Array | string, data: string): Buffer => createHmac('sha256', key).update(data).digest()

/**
 * Signs a request (AWS Signature Version 4). For services other than S3 the path would be encoded twice; ours has none but S3 and
 * paths that need no encoding.
 *
 * @returns the headers to send, without `host`
 */
export function signV4(request: SigV4Request, key: SigV4Key, now: Date): Record<string, string> {
  const time = now.toISOString().replaceAll(/[-:]|\.\d{3}/g, '')
  const scope = `${time.slice(0, 8)}/${key.region}/${key.service}/aws4_request`
  const headers: Record<string, string> = { ...request.headers, 'x-amz-date': time }
  if (key.service === 's3') headers['x-amz-content-sha256'] = request.bodySha256
  const { canonical, signed } = canonicalRequest({ ...request, headers: { ...headers, host: request.url.host } })
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256Hex(canonical)].join('\n')
  const signature = createHmac('sha256', signingKey(key, time.slice(0, 8)))
    .update(toSign)
    .digest('hex')
  const credential = `${key.accessKey}/${scope}`
  headers['authorization'] =
    `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signed}, Signature=${signature}`
  return headers
}

/** Method, path, query, headers and hash of the body in the one form that both sides sign. */
function canonicalRequest(request: SigV4Request): { readonly canonical: string; readonly signed: string } {
  const headers = Object.entries(request.headers)
    .map(([name, value]) => [name.toLowerCase(), value.trim().replaceAll(/ +/g, ' ')] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  const signed = headers.map(([name]) => name).join(';')
  const query = [...request.url.searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&')
  const lines = headers.map(([name, value]) => `${name}:${value}\n`).join('')
  const { pathname } = request.url
  return { canonical: [request.method, pathname, query, lines, signed, request.bodySha256].join('\n'), signed }
}

/** As RFC 3986 has it: everything but letters, digits, `-._~`. */
const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

const signingKey = ({ secretKey, region, service }: SigV4Key, day: string): Buffer =>
  hmac(hmac(hmac(hmac(`AWS4${secretKey}`, day), region), service), 'aws4_request')
