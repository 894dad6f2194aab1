import { closeSync, constants, openSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { basename, dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf, KeeperError, malformed } from './errors.ts'
import { encodeFrame, FrameReader, MOST_ANSWER_BYTES } from './frames.ts'
import { parseAnswer, thrown } from './protocol.ts'

export interface ClientOptions {
  /** Absolute path of the socket; may be longer than the 107 bytes that a socket's path can have. */
  readonly socket: string
  /** Longest wait for an answer, reconnecting included, in milliseconds. */
  readonly timeoutMs?: number
}

interface Pending {
  resolve(value: unknown): void
  reject(error: KeeperError): void
}

/** Asks the keeper. Connects at the first question and again when the connection is lost: every operation may be repeated. */
export class KeeperClient {
  readonly #path: string
  readonly #timeoutMs: number
  readonly #pending = new Map<number, Pending>()
  #connection: Promise<Socket> | null = null
  #nextId = 1
  #closed = false

  constructor(options: ClientOptions) {
    this.#path = options.socket
    this.#timeoutMs = options.timeoutMs ?? 10_000
  }

  /** @throws {KeeperError} what the keeper answered, or `unreachable` */
  async ask(op: string, args: object): Promise<unknown> {
    const deadline = AbortSignal.timeout(this.#timeoutMs)
    for (let waitMs = 20; ; waitMs = Math.min(waitMs * 2, 500)) {
      try {
        return await this.#askOnce(op, args, deadline)
      } catch (error) {
        const known = error instanceof KeeperError ? error : unreachable(codeOf(error))
        const again = known.code === 'unreachable' || known.code === 'busy'
        if (!again || deadline.aborted || this.#closed) throw known
        await sleep(waitMs, undefined, { signal: deadline }).catch(() => {
          throw known
        })
      }
    }
  }

  close(): void {
    this.#closed = true
    void this.#connection?.then(
      (socket) => socket.destroy(),
      () => undefined,
    )
  }

  async #askOnce(op: string, args: object, deadline: AbortSignal): Promise<unknown> {
    if (this.#closed) throw unreachable('closed')
    this.#connection ??= this.#connect()
    const socket = await this.#connection
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      const late = () => {
        this.#pending.delete(id)
        reject(
          unreachable(`no answer within ${this.#timeoutMs / 1000} s`, `keine Antwort nach ${this.#timeoutMs / 1000} s`),
        )
        // It may be stuck; the next question begins anew.
        socket.destroy()
      }
      deadline.addEventListener('abort', late, { once: true })
      const done = () => {
        deadline.removeEventListener('abort', late)
        if (this.#pending.size === 0) socket.unref()
      }
      socket.ref()
      this.#pending.set(id, {
        resolve: (value) => {
          done()
          resolve(value)
        },
        reject: (error) => {
          done()
          reject(error)
        },
      })
      socket.write(encodeFrame({ id, op, args }))
    })
  }

  #connect(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const { path, release } = shortPath(this.#path)
      const socket = connect(path)
      const frames = new FrameReader(MOST_ANSWER_BYTES)
      let reason = 'the connection was closed'
      socket.once('connect', () => {
        release()
        // A connection that waits for nothing keeps no process up.
        socket.unref()
        resolve(socket)
      })
      socket.on('error', (error) => {
        reason = codeOf(error)
      })
      socket.on('close', () => {
        release()
        this.#connection = null
        const lost = unreachable(
          reason,
          reason === 'the connection was closed' ? 'die Verbindung wurde beendet' : reason,
        )
        reject(lost)
        const waiting = [...this.#pending.values()]
        this.#pending.clear()
        for (const { reject: rejectOne } of waiting) rejectOne(lost)
      })
      socket.on('data', (chunk: Buffer) => {
        try {
          for (const text of frames.push(chunk)) this.#take(text)
        } catch {
          socket.destroy()
        }
      })
    })
  }

  #take(text: string): void {
    const answer = parseAnswer(text)
    const pending = this.#pending.get(answer.id)
    if (pending === undefined) throw malformed('an answer to nothing', 'eine Antwort auf nichts')
    this.#pending.delete(answer.id)
    if ('ok' in answer) pending.resolve(answer.ok)
    else pending.reject(thrown(answer.error))
  }
}

const unreachable = (reason: string, reasonDe: string = reason): KeeperError =>
  new KeeperError('unreachable', { reason, reasonDe })

const MOST_PATH_BYTES = 107
/** Linux, asm-generic/fcntl.h: a handle to a place alone, which needs no right to read it. Node does not name it. */
const O_PATH = 0o10000000

/** A path that fits into a socket's address: through a handle to its folder where it is too long. */
function shortPath(path: string): { readonly path: string; release(): void } {
  if (Buffer.byteLength(path) <= MOST_PATH_BYTES) return { path, release: () => undefined }
  let handle: number | null = openSync(dirname(path), O_PATH | constants.O_DIRECTORY)
  return {
    path: `/proc/self/fd/${handle}/${basename(path)}`,
    release: () => {
      if (handle !== null) closeSync(handle)
      handle = null
    },
  }
}
