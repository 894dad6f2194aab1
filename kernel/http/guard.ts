import { timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { BergfriedError } from '../errors.ts'
import type { Gate, Principal } from './principal.ts'
import type { Http } from './route.ts'

/** Everything else changes something. */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])
export const CSRF_HEADER = 'x-bergfried-csrf'

/**
 * Deny by default: whoever calls a route that is not public is recognised and asked for its permission before anything of
 * the request is read. What a browser sends by itself (a cookie) is not enough to change something: the page has to add
 * a secret of its session, and a browser that says the request comes from another site is refused.
 */
export function guard(http: Http, gate: Gate): void {
  http.decorateRequest('caller', '')
  http.decorateRequest('principal', null)
  http.decorateRequest('may', () => false)
  http.addHook('onRequest', async (request) => {
    if (request.is404) return
    const permission = request.routeOptions.config.permission
    if (permission === 'public') {
      if (!SAFE.has(request.method)) refuseForms(request)
      return
    }
    const principal = await gate.identify({ headers: request.headers, address: request.ip })
    if (principal === null) throw new BergfriedError('http.unauthenticated')
    if (principal.kind === 'person' && !SAFE.has(request.method)) refuseForged(request, principal)
    if (permission === undefined || !gate.allows(principal, permission))
      throw new BergfriedError('http.forbidden', { permission: permission ?? '-' })
    if (principal.kind === 'person' && !principal.secondFactor && permission !== 'self')
      throw new BergfriedError('http.second_factor')
    request.caller = principal.name
    request.principal = principal
    request.may = (wanted) => gate.allows(principal, wanted)
  })
}

/** A form of another site can send neither JSON nor a header; a browser that tells where it comes from is believed. */
function refuseForms(request: FastifyRequest): void {
  refuseOtherSites(request)
  const type = request.headers['content-type'] ?? ''
  if (request.headers['content-length'] !== '0' && !/^application\/json\b/i.test(type))
    throw new BergfriedError('http.invalid', { where: 'content-type', reason: 'application/json' })
}

function refuseForged(request: FastifyRequest, principal: Principal & { kind: 'person' }): void {
  refuseOtherSites(request)
  const sent = request.headers[CSRF_HEADER]
  if (typeof sent !== 'string' || !equal(sent, principal.csrf)) throw new BergfriedError('http.csrf')
}

function refuseOtherSites(request: FastifyRequest): void {
  const site = request.headers['sec-fetch-site']
  if (site === 'cross-site' || site === 'same-site') throw new BergfriedError('http.csrf')
}

function equal(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)]
  return x.length === y.length && timingSafeEqual(x, y)
}
