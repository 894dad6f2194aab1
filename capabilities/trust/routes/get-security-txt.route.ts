import { BergfriedError } from '../../../kernel/errors.ts'
import { Problem } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { securityTxt } from '../security-txt/security-txt.ts'

/** GET /.well-known/security.txt: whom to tell of a weakness (RFC 9116). Public; 404 where nobody was named. */
export const getSecurityTxt = defineRoute((http, deps) => {
  http.get(
    '/.well-known/security.txt',
    {
      config: { permission: 'public' },
      schema: { operationId: 'getSecurityTxt', security: [], produces: ['text/plain'], response: { 404: Problem } },
    },
    async (_request, reply) => {
      if (deps.securityTxt === null) throw new BergfriedError('http.not_found', { what: '/.well-known/security.txt' })
      const text = securityTxt(deps.securityTxt, deps.signIn.url, deps.clock.now())
      return reply
        .header('cache-control', 'public, max-age=3600')
        .type('text/plain; charset=utf-8')
        .serializer((body: string) => body)
        .send(text as never)
    },
  )
})
