import { createServer, type IncomingMessage, type ServerOptions, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { type Answer, plain } from '../answer.ts'
import { codeOf, problem } from '../errors.ts'
import type { Clock } from '../terminal.ts'
import type { Witness } from '../witness.ts'
import { ConnectionLimit, RateLimit } from './limits.ts'
import { answerTo } from './routes.ts'

export interface TlsPair {
  /** PEM. */
  readonly key: string
  /** PEM, the chain. */
  readonly cert: string
}

export interface ServeOptions {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** Empty, or a path such as `/w1`. */
  readonly prefix: string
  /** Requests per second of one address; 0: no limit. */
  readonly perSecond: number
  readonly tls: TlsPair | null
  readonly clock: Clock
  /** In place of the usual waits. */
  readonly waits?: Pick<ServerOptions, 'headersTimeout' | 'requestTimeout' | 'connectionsCheckingInterval'>
  readonly onProblem: (error: unknown) => void
}

export interface RunningServer {
  readonly port: number
  /** Takes a renewed certificate. */
  renew(tls: TlsPair): void
  /** Answers what it has begun, takes nothing more. */
  stop(): Promise<void>
}

const MOST_CONNECTIONS = 512
const MOST_CONNECTIONS_OF_ONE = 32
/** So long an answer may still take after the end was asked for. */
const GRACE_MS = 5_000

const OPTIONS: ServerOptions = {
  maxHeaderSize: 8 * 1024,
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 75_000,
  connectionsCheckingInterval: 2_000,
}

/** Serves a witness over HTTP, with every wait and every amount bounded. @throws {WitnessError} `failed` */
export async function serve(witness: Witness, options: ServeOptions): Promise<RunningServer> {
  const { tls, clock, perSecond, waits } = options
  const limit = new RateLimit(perSecond, clock)
  const server =
    tls === null
      ? createServer({ ...OPTIONS, ...waits })
      : createTlsServer({ ...OPTIONS, ...waits, ...tls, minVersion: 'TLSv1.2' })
  server.maxConnections = MOST_CONNECTIONS
  server.maxRequestsPerSocket = 10_000
  // Behind a proxy all connections come from one address, and the proxy has its own bounds.
  const connections = new ConnectionLimit(perSecond === 0 ? 0 : MOST_CONNECTIONS_OF_ONE)
  server.on('connection', (socket: Socket) => {
    if (!connections.admits(socket)) socket.destroy()
  })

  const respond = async (request: IncomingMessage): Promise<Answer | null> =>
    limit.allows(request.socket.remoteAddress ?? '') ? answerTo(request, witness, options.prefix) : tooOften()

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    respond(request)
      .catch((error: unknown) => {
        options.onProblem(error)
        return plain(500, 'a defect of this witness')
      })
      .then((answer) => (answer === null ? request.destroy() : send(request, response, answer)))
      .catch(options.onProblem)
  })

  await listen(server, options)
  return {
    port: (server.address() as AddressInfo).port,
    renew: (pair) =>
      tls === null ? undefined : (server as TlsServer).setSecureContext({ ...pair, minVersion: 'TLSv1.2' }),
    stop: () =>
      new Promise((resolve) => {
        const end = setTimeout(() => server.closeAllConnections(), GRACE_MS)
        server.close(() => {
          clearTimeout(end)
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}

function send(request: IncomingMessage, response: ServerResponse, { status, type, body, headers }: Answer): void {
  const bytes = Buffer.from(body)
  response.writeHead(status, {
    'content-type': type,
    'content-length': bytes.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
    // Somebody who goes on sending to a closed ear would keep the connection busy.
    ...(request.complete || request.method === 'GET' || request.method === 'HEAD' ? {} : { connection: 'close' }),
  })
  response.end(request.method === 'HEAD' ? undefined : bytes)
}

const tooOften = (): Answer => plain(429, 'too many requests', { 'retry-after': '1' })

const listen = (server: ReturnType<typeof createServer>, { host, port }: ServeOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const code = codeOf(error)
      reject(problem('failed', `${host}:${port}`, `cannot be listened on (${code})`, `nicht belegbar (${code})`))
    })
    server.listen({ host, port }, resolve)
  })
