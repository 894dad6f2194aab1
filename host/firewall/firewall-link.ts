import { Agent as PlainAgent, request as plainRequest } from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'
import { problem, type Text } from '../errors.ts'
import type { Layout } from '../layout.ts'
import { ask, headersOf, readBounded, refusedBy } from '../server-link.ts'
import type { Settings } from '../settings.ts'
import { isObjectOf, isText, orNull, parseShape } from '../shape.ts'
import { isSentChange, type SentChange } from './change-order.ts'
import type { FirewallEvent, ProbeResult } from './firewall-event.ts'
import type { SeenGeneration } from './monitor.ts'
import { MOST_RULES_CHARACTERS } from './nft.ts'

/** What a host tells of its firewall. */
export interface FirewallReport {
  /** What is in force, where that has changed since the last report or was never told; null: as before. */
  readonly live: { readonly digest: string; readonly text: string; readonly json: string; readonly boot: string } | null
  readonly events: readonly FirewallEvent[]
  readonly seen: readonly SeenGeneration[]
  /** Openings that are in force: grant and address. */
  readonly open: readonly { readonly grant: string; readonly address: string }[]
  readonly problems: readonly Text[]
}

export interface FirewallNews {
  readonly change: SentChange | null
  /** Signed, see `openings.ts`. */
  readonly openings: string | null
}

export interface ConfirmQuestion {
  readonly id: string
  readonly number: number
  readonly probes: readonly ProbeResult[]
}

export interface FirewallLink {
  /** Waits for what is newer. @throws {HostError} `unreachable`, `malformed` */
  news(after: { readonly change: number; readonly openings: number }, signal: AbortSignal): Promise<FirewallNews | null>
  /** @throws {HostError} `unreachable` */
  report(report: FirewallReport, signal: AbortSignal): Promise<void>
  /**
   * Over a connection that nothing else uses or used.
   *
   * @param mostMs later the old rules are back, and an answer would say nothing of the new ones
   * @throws {HostError} `unreachable`
   */
  confirm(question: ConfirmQuestion, mostMs: number): Promise<boolean>
}

const POLL_MS = 40_000
const REPORT_MS = 60_000
/** The server tries connections of its own before it answers. */
const CONFIRM_MS = 8000
const MOST_ANSWER = MOST_RULES_CHARACTERS * 2
const isNews = isObjectOf({ change: orNull(isSentChange), openings: orNull(isText(1_048_576)) })

/** @throws {HostError} `unsafe`, `usage` */
export function firewallLinkTo(layout: Pick<Layout, 'token'>, { server }: Pick<Settings, 'server'>): FirewallLink {
  const headers = headersOf(layout)
  const at = (path: string): string => `${server}/api/hosts/self/firewall${path}`
  return {
    async news(after, signal) {
      const url = at(`?change=${after.change}&openings=${after.openings}`)
      const response = await ask(url, { headers }, POLL_MS, signal)
      if (response.status === 204) return null
      if (response.status !== 200) throw await refusedBy(response)
      const news = parseShape(await readBounded(response, MOST_ANSWER), isNews)
      if (news === null)
        throw problem('malformed', 'firewall order', 'not of the format', 'nicht im vereinbarten Format')
      return news
    },
    async report(report, signal) {
      const init = {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(report),
      }
      const response = await ask(at(''), init, REPORT_MS, signal)
      await response.body?.cancel()
      if (!response.ok) throw await refusedBy(response)
    },
    confirm: (question, mostMs) =>
      askOverNewConnection(
        at('/confirm'),
        headers,
        JSON.stringify(question),
        Math.min(CONFIRM_MS, Math.max(1, mostMs)),
      ),
  }
}

/** A pool would send it over a connection that was made under the old rules, which proves nothing. */
function askOverNewConnection(url: string, headers: object, body: string, mostMs: number): Promise<boolean> {
  const tls = url.startsWith('https:')
  const agent = tls ? new TlsAgent({ keepAlive: false }) : new PlainAgent({ keepAlive: false })
  return new Promise((resolve, reject) => {
    const failed = (why: string): void =>
      reject(problem('unreachable', 'server', `does not answer (${why})`, `antwortet nicht (${why})`))
    const ask = tls ? tlsRequest : plainRequest
    const options = {
      ...{ method: 'POST', agent, signal: AbortSignal.timeout(Math.ceil(mostMs)) },
      headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    }
    const question = ask(url, options, (response) => {
      response.resume()
      response.once('error', () => failed('broke off'))
      response.once('end', () => resolve(response.statusCode === 204))
    })
    question.once('error', (error: NodeJS.ErrnoException) => failed(error.code ?? error.name))
    question.end(body)
  })
}
