import { chmod, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { Allowance } from './allowance.ts'
import { KeeperError, malformed } from './errors.ts'
import { encodeFrame, FrameReader, MOST_ANSWER_BYTES } from './frames.ts'
import type { Keeper } from './keeper.ts'
import { OPERATIONS } from './operations.ts'
import { parseRequest, type Request } from './protocol.ts'

export interface Limits {
  readonly connections: number
  /** Requests of one connection that are not answered yet; then nothing more is read from it. */
  readonly inFlight: number
  /** Milliseconds for the rest of a frame that has begun, and for a connection that says nothing at all. */
  readonly frameMs: number
  readonly idleMs: number
  readonly burst: number
  readonly perSecond: number
}

export const LIMITS: Limits = {
  connections: 16,
  inFlight: 16,
  frameMs: 5_000,
  idleMs: 120_000,
  burst: 5000,
  perSecond: 5000,
}

/** Told to whoever started the keeper: refusals and malformed frames, some of them where there are many. Never a secret. */
export type Tell = (event: { readonly event: string } & Readonly<Record<string, string | number>>) => void

/**
 * Answers requests on a Unix socket in the current folder.
 *
 * @param name - file name, without a folder
 * @param mode - 0600, or 0660 where the group of the folder may connect
 */
export async function serveSocket(
  keeper: Keeper,
  name: string,
  mode: number,
  tell: Tell,
  limits: Limits = LIMITS,
): Promise<{ close(): void }> {
  const allowance = new Allowance(limits.burst, limits.perSecond)
  const telling = new Allowance(20, 1)
  const tellSome: Tell = (event) => {
    if (telling.take()) tell(event)
  }
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    attend(socket, { keeper, tell: tellSome, limits, allowance })
  })
  server.maxConnections = limits.connections
  // Whoever left it there is dead: the folder with the keys is held.
  await rm(name, { force: true })
  await listen(server, name)
  await chmod(name, mode)
  return {
    close: () => {
      allowance.stop()
      telling.stop()
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

interface Context {
  readonly keeper: Keeper
  readonly tell: Tell
  readonly limits: Limits
  readonly allowance: Allowance
}

function attend(socket: Socket, { keeper, tell, limits, allowance }: Context): void {
  const frames = new FrameReader()
  let waiting = 0
  let late: NodeJS.Timeout | null = null
  const end = (error: KeeperError) => {
    keeper.counters.malformed += 1
    tell({ ...error.detail, event: 'malformed' })
    socket.destroy()
  }
  const answer = async (request: Request): Promise<void> => {
    waiting += 1
    if (waiting >= limits.inFlight) socket.pause()
    const reply = await replyTo(request, keeper, allowance, tell).catch((error: KeeperError) => {
      end(error)
      return null
    })
    waiting -= 1
    if (reply === null || socket.destroyed) return
    socket.write(encodeFrame(reply, MOST_ANSWER_BYTES))
    if (waiting < limits.inFlight) socket.resume()
  }
  socket.setTimeout(limits.idleMs, () => socket.destroy())
  socket.on('error', () => socket.destroy())
  socket.on('close', () => {
    if (late !== null) clearTimeout(late)
  })
  socket.on('data', (chunk: Buffer) => {
    try {
      const texts = frames.push(chunk)
      if (late !== null && (texts.length > 0 || !frames.partial)) {
        clearTimeout(late)
        late = null
      }
      if (frames.partial) late ??= setTimeout(() => socket.destroy(), limits.frameMs)
      for (const request of texts.map(parseRequest)) void answer(request)
    } catch (error) {
      end(error as KeeperError)
    }
  })
}

/** @throws {KeeperError} `malformed`: whoever cannot speak is not spoken to any more */
async function replyTo(request: Request, keeper: Keeper, allowance: Allowance, tell: Tell): Promise<object> {
  const { id } = request
  const operation = OPERATIONS.get(request.op)
  if (operation === undefined) throw malformed('an unknown operation', 'ein unbekannter Vorgang')
  if (!allowance.take()) {
    keeper.counters.busy += 1
    return { id, error: { code: 'busy', detail: { reason: 'too many requests', reasonDe: 'zu viele Anfragen' } } }
  }
  try {
    return { id, ok: await operation.run(keeper, request.args) }
  } catch (error) {
    const known = error instanceof KeeperError ? error : DEFECT
    if (known.code === 'malformed') throw known
    tell({ ...known.detail, event: known.code, op: request.op })
    return { id, error: { code: known.code, detail: known.detail } }
  }
}

/** Messages of unforeseen errors stay here: they could say anything. */
const DEFECT = new KeeperError('failed', {
  reason: 'an error in the keeper itself',
  reasonDe: 'ein Fehler im Schlüsselverwahrer selbst',
})

const listen = (server: Server, name: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(name, resolve)
  })
