import { createHash, createHmac } from 'node:crypto'

export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export interface AwsRequest {
  readonly method: string
  readonly url: URL
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex')
const mac = (key: Uint8Array | string, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/**
 * The headers that sign a request, without a query (Signature Version 4, AWS General Reference, "Create a signed AWS API request").
 *
 * @param at - now
 */
export function awsHeaders(
  request: AwsRequest,
  credentials: AwsCredentials,
  scope: { readonly region: string; readonly service: string },
  at: Date,
): Record<string, string> {
  const stamp = at.toISOString().replaceAll(/[-:]|\.\d{3}/g, '')
  const token = credentials.sessionToken
  const headers: Record<string, string> = {
    ...request.headers,
    host: request.url.host,
    'x-amz-date': stamp,
    ...(token === undefined ? {} : { 'x-amz-security-token': token }),
  }
  const names = Object.keys(headers).sort()
  const signed = names.join(';')
  const canonical = [
    request.method,
    request.url.pathname,
    '',
    ...names.map((name) => `${name}:${(headers[name] ?? '').trim().replaceAll(/ +/g, ' ')}`),
    '',
    signed,
    hash(request.body),
  ].join('\n')
  const day = stamp.slice(0, 8)
  const place = `${day}/${scope.region}/${scope.service}/aws4_request`
  const key = [scope.region, scope.service, 'aws4_request'].reduce(
    (inner, text) => mac(inner, text),
    mac(`AWS4${credentials.secretAccessKey}`, day),
  )
  const signature = mac(key, `AWS4-HMAC-SHA256\n${stamp}\n${place}\n${hash(canonical)}`).toString('hex')
  const { host: _host, ...sent } = headers
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${place}, SignedHeaders=${signed}, Signature=${signature}`,
  }
}
