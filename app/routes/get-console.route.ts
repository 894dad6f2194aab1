import type { FastifyReply, FastifyRequest } from 'fastify'
import { BergfriedError } from '../../kernel/errors.ts'
import { Problem } from '../../kernel/http/problem.ts'
import { defineRoute } from '../../kernel/http/route.ts'
import { send } from '../../kernel/http/send.ts'

/** What the console may do: load its own files, talk to its own server. No inline script or style, no frame. */
const CONSOLE_POLICY = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'permissions-policy':
    'camera=(), geolocation=(), microphone=(), publickey-credentials-get=(self), publickey-credentials-create=(self)',
} as const

/** Addresses of the console that people open, send each other and come back to. */
const PAGES = [
  '/',
  '/policy',
  '/policy/:control',
  '/access',
  '/firewall',
  '/keys',
  '/alerts',
  '/network',
  '/blocking',
  '/backups',
  '/systems',
  '/systems/:name',
  '/findings',
  '/findings/:id',
  '/people',
  '/people/:person',
  '/evidence',
  '/evidence/:position',
  '/account',
  '/settings/accounts',
  '/settings/organisation',
  '/sign-in',
  '/setup',
  '/join',
] as const

/** GET / and the addresses of the console: its one page, which holds nothing but the way to its files. Public. */
export const getConsole = defineRoute((http, deps) => {
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    const page = (await deps.front())?.page
    if (page === undefined) throw new BergfriedError('console.missing')
    return send(request, reply, page, { ...CONSOLE_POLICY, 'cache-control': 'no-cache' })
  }
  for (const path of PAGES) {
    http.get(
      path,
      {
        config: { permission: 'public' },
        schema: { hide: true, security: [], produces: ['text/html'], response: { 503: Problem } },
      },
      answer,
    )
  }
})
