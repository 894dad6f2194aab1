import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An S3 protocol server on loopback: path style, one bucket, objects in memory. It checks every signature by itself. */
export interface S3Server {
  readonly endpoint: string
  readonly objects: Map<string, Uint8Array>
  /** Method and key of every request that was let in. */
  readonly requests: string[]
  /** How the next requests go: null as they should, a status, or `drop` for a connection that breaks after the work is done. */
  readonly moods: Mood[]
  stop(): Promise<void>
}

type Mood = number | 'drop' | null

export const BUCKET = 'evidence'
export const ACCESS_KEY = 'AKIDEXAMPLE'
export const SECRET_KEY = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
export const REGION = 'eu-central-1'

const hex = (data: Uint8Array | string) => createHash('sha256').update(data).digest('hex')
const etagOf = (bytes: Uint8Array) => `"${createHash('md5').update(bytes).digest('hex')}"`

export async function startS3Server(): Promise<S3Server> {
  const objects = new Map<string, Uint8Array>()
  const requests: string[] = []
  const moods: Mood[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      const mood = moods.shift()
      if (typeof mood === 'number') {
        fail(response, mood, 'SlowDown')
        return
      }
      const refused = refusal(request, body)
      if (refused !== null) {
        fail(response, 403, refused)
        return
      }
      requests.push(`${request.method} ${request.url}`)
      if (mood === 'drop') {
        answer(request, new Blackhole() as unknown as ServerResponse, body, objects)
        request.socket.destroy()
        return
      }
      answer(request, response, body, objects)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    objects,
    requests,
    moods,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** Takes an answer that nobody will see. */
class Blackhole {
  statusCode = 200
  setHeader(): void {}
  end(): void {}
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
  objects: Map<string, Uint8Array>,
): unknown {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const [, bucket, ...rest] = url.pathname.split('/').map(decodeURIComponent)
  const key = rest.join('/')
  if (bucket !== BUCKET) return fail(response, 404, 'NoSuchBucket')
  if (key === '') return list(response, url.searchParams.get('prefix') ?? '', objects)
  const there = objects.get(key)
  if (inParts(request, response, body, { key, query: url.searchParams, objects })) return
  if (request.method === 'PUT') {
    const { 'if-none-match': none, 'if-match': match } = request.headers
    if (match !== undefined && there === undefined) return fail(response, 404, 'NoSuchKey')
    const stale = match !== undefined && there !== undefined && match !== etagOf(there)
    if (stale || (none === '*' && there !== undefined)) return fail(response, 412, 'PreconditionFailed')
    objects.set(key, new Uint8Array(body))
    response.setHeader('etag', etagOf(body))
    return response.end()
  }
  if (request.method === 'DELETE') {
    objects.delete(key)
    response.statusCode = 204
    return response.end()
  }
  if (there === undefined) return fail(response, 404, 'NoSuchKey')
  response.setHeader('etag', etagOf(there))
  return response.end(there)
}

/** Multipart uploads: parts wait as objects of their own that nobody can ask for. @returns whether it was one of their calls */
function inParts(
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
  { key, query, objects }: { key: string; query: URLSearchParams; objects: Map<string, Uint8Array> },
): boolean {
  const upload = query.get('uploadId')
  if (request.method === 'POST' && query.has('uploads')) {
    response.end(
      `<InitiateMultipartUploadResult><UploadId>${hex(key).slice(0, 16)}</UploadId></InitiateMultipartUploadResult>`,
    )
    return true
  }
  if (upload === null) return false
  const part = (number: string): string => `\0${upload}/${number.padStart(5, '0')}`
  const own = [...objects.keys()].filter((name) => name.startsWith(`\0${upload}/`)).sort()
  if (request.method === 'PUT') {
    objects.set(part(query.get('partNumber') ?? ''), new Uint8Array(body))
    response.setHeader('etag', etagOf(body))
    response.end()
    return true
  }
  const found = own.map((name) => objects.get(name) ?? new Uint8Array())
  if (request.method === 'POST') {
    const named = [...body.toString().matchAll(/<ETag>([^<]+)<\/ETag>/g)].map((m) => m[1]?.replaceAll('&quot;', '"'))
    if (found.length === 0 || found.map(etagOf).join() !== named.join()) {
      fail(response, 400, 'InvalidPart')
      return true
    }
    objects.set(key, new Uint8Array(Buffer.concat(found)))
    response.end('<CompleteMultipartUploadResult/>')
  } else {
    response.statusCode = 204
    response.end()
  }
  for (const name of own) objects.delete(name)
  return true
}

function list(response: ServerResponse, prefix: string, objects: Map<string, Uint8Array>): ServerResponse {
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix)).sort()
  const contents = keys.map((key) => `<Contents><Key>${key}</Key></Contents>`).join('')
  return response.end(`<?xml version="1.0" encoding="UTF-8"?><ListBucketResult>${contents}</ListBucketResult>`)
}

function fail(response: ServerResponse, status: number, code: string): ServerResponse {
  response.statusCode = status
  return response.end(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code></Error>`)
}

/** Why a request is not let in: written from the documentation, apart from what it tests. */
function refusal(request: IncomingMessage, body: Buffer): string | null {
  const pattern =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/
  const match = pattern.exec(request.headers.authorization ?? '')
  if (match === null) return 'AccessDenied'
  const [, accessKey, day = '', region = '', names = '', signature = ''] = match
  if (accessKey !== ACCESS_KEY) return 'InvalidAccessKeyId'
  if (region !== REGION) return 'AuthorizationHeaderMalformed'
  if (request.headers['x-amz-content-sha256'] !== hex(body)) return 'XAmzContentSHA256Mismatch'
  const must = ['host', ...Object.keys(request.headers).filter((name) => name.startsWith('x-amz-'))]
  if (!must.every((name) => names.split(';').includes(name))) return 'AccessDenied'
  const time = String(request.headers['x-amz-date'])
  if (!time.startsWith(day)) return 'AccessDenied'
  const [path = '', query = ''] = (request.url ?? '').split('?')
  const headers = names.split(';').map((name) => `${name}:${String(request.headers[name] ?? '').trim()}\n`)
  const sorted = query.split('&').sort().join('&')
  const canonical = [request.method, path, sorted, headers.join(''), names, hex(body)].join('\n')
  const text = ['AWS4-HMAC-SHA256', time, `${day}/${region}/s3/aws4_request`, hex(canonical)].join('\n')
  const steps = [day, region, 's3', 'aws4_request', text]
  const wanted = steps.reduce<Buffer>(
    (key, step) => createHmac('sha256', key).update(step).digest(),
    Buffer.from(`AWS4${SECRET_KEY}`),
  )
  return timingSafeEqual(wanted, Buffer.from(signature, 'hex')) ? null : 'SignatureDoesNotMatch'
}
