import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../clock/clock.ts'
import { type SigV4Key, sha256Hex, signV4 } from './sig-v4.ts'

export interface S3Access {
  /** For example https://s3.example.com; buckets are named in the path. */
  readonly endpoint: string
  readonly region: string
  readonly bucket: string
  /** Begins every key; empty or ends with a slash. */
  readonly prefix: string
  readonly accessKey: string
  readonly secretKey: string
  readonly clock: Clock
  readonly fetch?: typeof fetch
  /** Wait before the first repetition; each further one is four times as long. */
  readonly retryMs?: number
}

export interface S3Answer {
  readonly status: number
  readonly etag: string | null
  readonly bytes: Uint8Array
}

interface S3Request {
  readonly method: 'GET' | 'PUT' | 'DELETE' | 'POST'
  readonly key: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /** Answers that are none of a failure. */
  readonly expect: readonly number[]
}

const ATTEMPTS = 4
const RETRY_MS = 200
const TIMEOUT_MS = 30_000
/** A bundle of 256 entries of 65,535 bytes. */
const MOST_BYTES = 17 * 1024 * 1024

/** Calls of the S3 protocol, signed, repeated where the store was busy or unreachable. */
export class S3Client {
  readonly #access: S3Access
  readonly #key: SigV4Key
  readonly #failed: (what: string, reason: string) => Error

  /** @param failed - makes the error where the store does not answer or refuses */
  constructor(access: S3Access, failed: (what: string, reason: string) => Error) {
    this.#access = access
    this.#failed = failed
    this.#key = { accessKey: access.accessKey, secretKey: access.secretKey, region: access.region, service: 's3' }
  }

  get name(): string {
    return `s3://${this.#access.bucket}/${this.#access.prefix}`
  }

  get prefix(): string {
    return this.#access.prefix
  }

  /** @throws what `failed` makes */
  async call(request: S3Request): Promise<S3Answer> {
    let failure = ''
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (attempt > 0) await sleep((this.#access.retryMs ?? RETRY_MS) * 4 ** (attempt - 1))
      const answer = await this.#once(request).catch((error: unknown) => reasonOf(error))
      if (typeof answer === 'string') {
        failure = answer
        continue
      }
      if (request.expect.includes(answer.status)) return answer
      failure = `${answer.status} ${/<Code>(\w{1,60})<\/Code>/.exec(Buffer.from(answer.bytes).toString('latin1'))?.[1] ?? ''}`
      // 409: two conditional writes of one object at a time.
      if (answer.status < 500 && ![409, 429].includes(answer.status)) break
    }
    throw this.#failed(this.name, failure.trim())
  }

  /** An object as it comes, of any length. @throws what `failed` makes */
  async *read(key: string): AsyncGenerator<Buffer> {
    let answer: Response
    try {
      answer = await this.#send({ method: 'GET', key, expect: [200] }, null)
    } catch (error) {
      throw this.#failed(this.name, reasonOf(error))
    }
    if (answer.status !== 200 || answer.body === null) {
      await answer.body?.cancel()
      throw this.#failed(this.name, String(answer.status))
    }
    try {
      for await (const piece of answer.body) yield Buffer.from(piece)
    } catch (error) {
      throw this.#failed(this.name, reasonOf(error))
    }
  }

  async #once(request: S3Request): Promise<S3Answer> {
    const answer = await this.#send(request, AbortSignal.timeout(TIMEOUT_MS))
    if (Number(answer.headers.get('content-length') ?? 0) > MOST_BYTES) {
      await answer.body?.cancel()
      throw new Error('an answer that is too large')
    }
    const bytes = new Uint8Array(await answer.arrayBuffer())
    return { status: answer.status, etag: answer.headers.get('etag'), bytes }
  }

  async #send(request: S3Request, signal: AbortSignal | null): Promise<Response> {
    const { method, key, query = {}, headers = {}, body } = request
    const { endpoint, bucket, prefix, clock } = this.#access
    const path = key === '' ? encodeURIComponent(bucket) : `${encodeURIComponent(bucket)}/${prefix}${key}`
    const url = new URL(`${endpoint.replace(/\/$/, '')}/${path}`)
    // Not by `searchParams`: that writes a blank as plus.
    url.search = Object.entries(query)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join('&')
    const bodySha256 = sha256Hex(body ?? '')
    const signed = signV4({ method, url, headers, bodySha256 }, this.#key, clock.now())
    return (this.#access.fetch ?? fetch)(url, {
      method,
      headers: signed,
      redirect: 'error',
      signal,
      ...(body === undefined ? {} : { body: Buffer.from(body) }),
    })
  }
}

/** The cause that fetch hides, without addresses. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : null
  const code = (cause as { code?: unknown } | null)?.code
  if (typeof code === 'string') return code
  return error instanceof Error ? error.name : 'failed'
}
