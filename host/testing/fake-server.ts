import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Orders } from '../orders.ts'
import type { Report } from '../server-link.ts'
import { type OrdersRequest, ordersOf } from './orders.ts'
import { until } from './test-host.ts'

/** The two routes of a server that hosts ask, on loopback. Answers as soon as there is something newer. */
export class FakeServer implements AsyncDisposable {
  readonly reports: Report[] = []
  readonly asked: string[] = []
  /** Sent in place of an answer, until it is null again. */
  broken: ((response: ServerResponse) => void) | null = null
  token = 'token-of-this-host'
  #orders: Orders | null = null
  readonly #waiting = new Map<ServerResponse, number>()
  readonly #server: Server = createServer((request, response) => void this.#answer(request, response))

  static async start(port = 0): Promise<FakeServer> {
    const server = new FakeServer()
    server.#server.listen(port, '127.0.0.1')
    await once(server.#server, 'listening')
    return server
  }

  get port(): number {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('does not listen')
    return address.port
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get last(): Report | undefined {
    return this.reports.at(-1)
  }

  async give(request: OrdersRequest): Promise<void> {
    this.#orders = await ordersOf(request)
    for (const [response, after] of this.#waiting) this.#tell(response, after)
  }

  /** Says that there is nothing new to whoever waits. */
  interrupt(): void {
    for (const response of this.#waiting.keys()) response.writeHead(204).end()
    this.#waiting.clear()
  }

  /** Waits until the host says that these orders are in place. */
  async applied(version: number): Promise<void> {
    await until(`version ${version} in place`, () => this.last?.applied === version)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    if (this.#server.listening) await once(this.#server, 'close')
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.asked.push(`${request.method} ${request.url}`)
    if (request.headers.authorization !== `Bearer ${this.token}`) return void response.writeHead(401).end()
    if (this.broken !== null) return this.broken(response)
    if (request.method === 'POST' && request.url === '/api/hosts/self/report') {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part as Buffer)
      this.reports.push(JSON.parse(Buffer.concat(parts).toString('utf8')) as Report)
      return void response.writeHead(204).end()
    }
    const after = /^\/api\/hosts\/self\/orders\?after=([0-9]+)$/.exec(request.url ?? '')?.[1]
    if (after === undefined) return void response.writeHead(404).end()
    this.#tell(response, Number(after))
  }

  #tell(response: ServerResponse, after: number): void {
    const orders = this.#orders
    if (orders !== null && orders.version > after) {
      this.#waiting.delete(response)
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(orders))
      return
    }
    this.#waiting.set(response, after)
    response.once('close', () => this.#waiting.delete(response))
  }
}
