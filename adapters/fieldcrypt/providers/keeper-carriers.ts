import { connect } from 'node:net'
import type { Carrier, SealedQuestion } from './keeper-provider.ts'
import { ProviderError } from './provider-error.ts'

const MOST_ANSWER_BYTES = 64 * 1024

/**
 * Asks the keeper on this machine over its socket (frames of a length in four bytes and JSON). A connection for each question: they
 * are rare, one per data key and process.
 */
export const overSocket =
  (path: string, timeoutMs = 10_000): Carrier =>
  (asked) =>
    new Promise((resolve, reject) => {
      const fail = (error: ProviderError) => {
        socket.destroy()
        reject(error)
      }
      const body = Buffer.from(JSON.stringify({ id: 1, op: 'key-use', args: asked }))
      const head = Buffer.alloc(4)
      head.writeUInt32BE(body.length)
      const socket = connect(path, () => socket.write(Buffer.concat([head, body])))
      socket.setTimeout(timeoutMs, () => fail(new ProviderError('unreachable', 'no answer')))
      let got: Buffer = Buffer.alloc(0)
      socket.on('data', (chunk: Buffer) => {
        got = Buffer.concat([got, chunk])
        const length = got.length >= 4 ? got.readUInt32BE() : 0
        if (length > MOST_ANSWER_BYTES) return fail(new ProviderError('unexpected', 'an answer that is too long'))
        if (got.length < 4 || got.length < 4 + length) return
        socket.end()
        try {
          resolve(answerOf(JSON.parse(got.toString('utf8', 4, 4 + length))))
        } catch (error) {
          reject(error instanceof ProviderError ? error : new ProviderError('unexpected', 'no answer of a keeper'))
        }
      })
      socket.on('error', (error: NodeJS.ErrnoException) =>
        fail(new ProviderError('unreachable', error.code ?? 'error')),
      )
      socket.on('close', () => reject(new ProviderError('unreachable', 'the connection was closed')))
    })

/** Asks by way of a server of Bergfried. @param url - `https://bergfried.example`; plain http on the loopback alone */
export function overServer(url: string, timeoutMs = 15_000): Carrier {
  const where = new URL('/api/keys/use', url)
  const near = ['127.0.0.1', '[::1]', 'localhost'].includes(where.hostname)
  if (where.protocol !== 'https:' && !(where.protocol === 'http:' && near))
    throw new ProviderError('unexpected', 'the address of the server begins with https://')
  return async (asked: SealedQuestion) => {
    const answer = await fetch(where, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(asked),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    }).catch(() => {
      throw new ProviderError('unreachable', where.host)
    })
    const body: unknown = await answer.json().catch(() => null)
    if (answer.ok) return answerOf({ ok: body })
    const code = textIn(body, 'code')
    if (code === 'keys.refused')
      throw new ProviderError('refused', answer.headers.get('x-bergfried-refused') ?? 'refused')
    if (code === 'keeper.refused') throw new ProviderError('refused', 'refused')
    throw new ProviderError('unreachable', code ?? String(answer.status))
  }
}

function answerOf(message: unknown): { readonly kek: string; readonly answer: string } {
  const ok = textsIn(message, 'ok')
  const [kek, answer] = [textIn(ok, 'kek'), textIn(ok, 'answer')]
  if (kek !== undefined && answer !== undefined) return { kek, answer }
  const error = textsIn(message, 'error')
  const kind = textIn(textsIn(error, 'detail'), 'kind')
  if (textIn(error, 'code') === 'refused') throw new ProviderError('refused', kind ?? 'refused')
  throw new ProviderError('unexpected', textIn(error, 'code') ?? 'no answer of a keeper')
}

const textsIn = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined

function textIn(value: unknown, name: string): string | undefined {
  const found = textsIn(value, name)
  return typeof found === 'string' ? found : undefined
}
