import type { Http } from '../../../kernel/http/route.ts'
import type { SessionView } from '../contract.ts'

/** The methods that the routes here know. */
type HttpMethod = 'GET' | 'POST' | 'PUT' | 'DELETE'

export interface Answer {
  readonly status: number
  /** Parsed JSON; null where there is none. */
  readonly body: Record<string, unknown>
  readonly headers: Record<string, unknown>
  readonly text: string
}

/** A browser with its cookies, in front of a server without a socket. */
export class Browser {
  readonly cookies = new Map<string, string>()
  csrf = ''
  readonly #http: Http
  readonly address: string

  constructor(http: Http, address = '192.0.2.1') {
    this.#http = http
    this.address = address
  }

  async call(method: HttpMethod, url: string, body?: unknown, more: Record<string, string> = {}): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await this.#http.inject({
      method,
      url,
      remoteAddress: this.address,
      headers: {
        'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
        ...(cookie === '' ? {} : { cookie }),
        ...(this.csrf === '' ? {} : { 'x-bergfried-csrf': this.csrf }),
        // What browsers send with a request that changes something and has no body.
        ...(body === undefined && method !== 'GET' ? { 'content-length': '0' } : {}),
        ...more,
      },
      ...(body === undefined ? {} : { payload: body as object }),
    })
    for (const { name, value, maxAge } of answer.cookies) {
      if (maxAge === 0) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    const json = answer.headers['content-type']?.toString().includes('json') === true
    const told = json && answer.body !== '' ? (answer.json() as Record<string, unknown>) : {}
    const session = (told['session'] ?? told) as Partial<SessionView>
    if (answer.statusCode === 200 && typeof session.csrf === 'string') this.csrf = session.csrf
    return { status: answer.statusCode, body: told, headers: answer.headers, text: answer.body }
  }

  get = (url: string, more?: Record<string, string>) => this.call('GET', url, undefined, more)
  post = (url: string, body?: unknown) => this.call('POST', url, body)
  put = (url: string, body?: unknown) => this.call('PUT', url, body)
  delete = (url: string) => this.call('DELETE', url)

  /** The same person's other window: the same cookies from the same place. */
  copy(): Browser {
    const other = new Browser(this.#http, this.address)
    for (const [name, value] of this.cookies) other.cookies.set(name, value)
    other.csrf = this.csrf
    return other
  }
}
