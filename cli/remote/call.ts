import { randomBytes } from 'node:crypto'
import { systemClock } from '../../kernel/clock/clock.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import type { World } from '../command.ts'
import { type ClientSettings, clientSettings } from './settings.ts'
import { signWithSsh } from './sign.ts'

/** A server that is asked as somebody. */
export interface Remote {
  readonly settings: ClientSettings
  /** A signed call. @throws {BergfriedError} what the server answered, or `remote.unreachable` */
  call<T>(name: string, body?: object): Promise<T>
  /** A signed call about firewalls; rules go beside it, and the call says which. */
  firewall<T>(name: string, body?: object, rules?: string): Promise<T>
  /** A signed call about keys of fields. */
  keys<T>(name: string, body?: object): Promise<T>
  /** A question that needs no signature. */
  get<T>(path: string): Promise<T>
  /** Signs a text that others will verify: an approval. */
  approve(text: string): Promise<string>
}

const CALL_NAMESPACE = 'call@bergfried'
const APPROVAL_NAMESPACE = 'approval@bergfried'
const WAIT_MS = 30_000

export async function remoteOf(world: World, given?: ClientSettings): Promise<Remote> {
  const settings = given ?? (await clientSettings(world))
  const { origin } = new URL(settings.server)
  const ask = async <T>(path: string, init: RequestInit): Promise<T> => {
    const signal = AbortSignal.any([world.signal, AbortSignal.timeout(WAIT_MS)])
    const headers = { ...init.headers, 'accept-language': world.lang }
    const answer = await fetch(`${origin}${path}`, { ...init, headers, signal, redirect: 'error' }).catch(
      (error: unknown) => {
        if (world.signal.aborted) throw error
        throw new BergfriedError('remote.unreachable', { server: origin })
      },
    )
    const body: unknown = await answer.json().catch(() => null)
    if (answer.ok) return body as T
    const detail = (body as { detail?: unknown } | null)?.detail
    throw new BergfriedError('remote.answered', { said: String(detail ?? answer.status).slice(0, 2000) })
  }
  const signed = async <T>(path: string, name: string, body: object, beside: object): Promise<T> => {
    const lines = [
      'bergfried-call 1',
      `origin ${origin}`,
      `person ${settings.person}`,
      `at ${systemClock.now().toISOString()}`,
      `nonce ${randomBytes(16).toString('hex')}`,
      `call ${name}`,
      `body ${JSON.stringify(body)}`,
    ]
    const text = `${lines.join('\n')}\n`
    const signature = await signWithSsh(settings.key, CALL_NAMESPACE, text)
    return ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text, signature, ...beside }),
    })
  }
  return {
    settings,
    call: (name, body = {}) => signed('/api/signed', name, body, {}),
    firewall: (name, body = {}, rules) =>
      signed('/api/firewall/signed', name, body, rules === undefined ? {} : { rules }),
    keys: (name, body = {}) => signed('/api/keys/signed', name, body, {}),
    get: (path) => ask(path, {}),
    approve: (text) => signWithSsh(settings.key, APPROVAL_NAMESPACE, text),
  }
}
