import { X509Certificate } from 'node:crypto'
import { setDefaultCACertificates } from 'node:tls'
import { HostError, problem, type Text } from './errors.ts'
import type { Layout } from './layout.ts'
import { type KeyIdOnAccount, MOST_ORDERS_BYTES } from './orders.ts'
import type { Proof } from './prove.ts'
import type { Settings } from './settings.ts'
import { readTrusted } from './trusted-file.ts'

/** What a host tells the server. */
export interface Report {
  /** Version of the orders that are in place; 0: none. */
  readonly applied: number
  readonly sessions: readonly ReportedSession[]
  readonly ended: readonly ReportedEnd[]
  readonly proofs: readonly Proof[]
  readonly problems: readonly Text[]
}

export interface ReportedSession extends KeyIdOnAccount {
  readonly serial: string
  /** ISO 8601 */
  readonly since: string
}

export interface ReportedEnd extends KeyIdOnAccount {
  /** Processes. */
  readonly killed: number
  readonly scans: number
}

export interface ServerLink {
  /** Waits for orders that are newer. @returns their text; null where there are none yet @throws {HostError} `unreachable` */
  orders(after: number, signal: AbortSignal): Promise<string | null>
  /** @throws {HostError} `unreachable` */
  report(report: Report, signal: AbortSignal): Promise<void>
}

/** The server answers after 25 seconds at the latest. */
const POLL_MS = 40_000
const REPORT_MS = 20_000
const MOST_TOKEN_BYTES = 1000

/** @throws {HostError} `unsafe`: the token may be read by others; `usage` */
export function linkTo(layout: Pick<Layout, 'token'>, settings: Pick<Settings, 'server'>): ServerLink {
  const headers = headersOf(layout)
  const at = (path: string): string => `${settings.server}/api/hosts/self/${path}`
  return {
    async orders(after, signal) {
      const response = await ask(at(`orders?after=${after}`), { headers }, POLL_MS, signal)
      if (response.status === 204) return null
      if (response.status === 200) return readBounded(response, MOST_ORDERS_BYTES)
      throw await refusedBy(response)
    },
    async report(report, signal) {
      const body = JSON.stringify(report)
      const init = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body }
      const response = await ask(at('report'), init, REPORT_MS, signal)
      await response.body?.cancel()
      if (!response.ok) throw await refusedBy(response)
    },
  }
}

/** How a host says who it is. @throws {HostError} `unsafe`: the token may be read by others; `usage` */
export function headersOf(layout: Pick<Layout, 'token'>): { readonly authorization: string } {
  const token = readTrusted(layout.token, MOST_TOKEN_BYTES, 0, 0o077).toString('latin1').trim()
  if (!/^[!-~]{8,900}$/.test(token)) throw problem('usage', layout.token, 'holds no token', 'enthält keine Marke')
  return { authorization: `Bearer ${token}` }
}

/**
 * From now on this process trusts the server's authority and no other.
 *
 * @throws {HostError} `unsafe`: it is not the one that the settings name
 */
export function trustServer(layout: Pick<Layout, 'serverAuthority'>, { tls }: Pick<Settings, 'tls'>): void {
  if (tls === null) return
  const pem = readTrusted(layout.serverAuthority, 65_536).toString('latin1')
  if (fingerprintOf(pem) !== tls) {
    throw problem('unsafe', layout.serverAuthority, 'not the one that was agreed', 'nicht die vereinbarte Stelle')
  }
  setDefaultCACertificates([pem])
}

/** SHA-256 of a certificate in 64 hexadecimal digits; null where it is none. */
export function fingerprintOf(pem: string): string | null {
  try {
    return new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase()
  } catch {
    return null
  }
}

export async function ask(url: string, init: RequestInit, timeoutMs: number, signal: AbortSignal): Promise<Response> {
  try {
    const both = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
    return await fetch(url, { ...init, redirect: 'error', signal: both })
  } catch (error) {
    const cause = (error as Error).cause as NodeJS.ErrnoException | undefined
    const code = cause?.code ?? (error as Error).name
    throw problem('unreachable', 'server', `does not answer (${code})`, `antwortet nicht (${code})`, { cause: error })
  }
}

export async function refusedBy(response: Response): Promise<HostError> {
  await response.body?.cancel().catch(() => undefined)
  const { status } = response
  return problem('unreachable', 'server', `answers with ${status}`, `antwortet mit ${status}`)
}

export async function readBounded(response: Response, most: number): Promise<string> {
  const parts: Uint8Array[] = []
  let length = 0
  try {
    for await (const part of response.body ?? []) {
      length += part.length
      if (length > most) throw problem('malformed', 'orders', 'too long', 'zu lang')
      parts.push(part)
    }
  } catch (error) {
    if (error instanceof HostError) throw error
    throw problem('unreachable', 'server', 'broke off', 'brach ab', { cause: error })
  }
  return Buffer.concat(parts).toString('utf8')
}
