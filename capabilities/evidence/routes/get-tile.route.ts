import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import * as z from 'zod'
import { parseTilePath } from '../../../engines/tlog/tile.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { logAnswers, PUBLIC_LOG, running } from './log-answers.ts'

/** GET /log/tile/...: tiles of hashes and bundles of entries (C2SP tlog-tiles). They never change. Public. */
export const getTile = defineRoute((http, { evidence }) => {
  http.get(
    '/log/tile/*',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'getTile',
        security: [],
        produces: ['application/octet-stream'],
        params: z.strictObject({ '*': z.string().max(64).describe('For example 0/x001/234, entries/000.p/7.') }),
        response: logAnswers('Hashes of 32 bytes, or entries behind their length in two bytes.'),
      },
    },
    async ({ params, headers }, reply) => {
      const path = `tile/${params['*']}`
      const id = parseTilePath(path)
      const bytes = id === null ? null : await running(evidence).read(path)
      if (id === null || bytes === null) throw new BergfriedError('http.not_found', { what: `/log/${path}` })
      reply
        .headers({ ...PUBLIC_LOG, 'cache-control': 'public, max-age=31536000, immutable' })
        .type('application/octet-stream')
      // Hashes do not get smaller, entries do.
      if (id.level !== 'entries') return reply.send(Buffer.from(bytes))
      reply.header('vary', 'accept-encoding')
      if (!acceptsGzip(headers['accept-encoding'])) return reply.send(Buffer.from(bytes))
      return reply.header('content-encoding', 'gzip').send(await promisify(gzip)(bytes))
    },
  )
})

/** Named, or everything is welcome, and not with a weight of nothing (RFC 9110 section 12.5.3). */
function acceptsGzip(header: unknown): boolean {
  const wanted = String(header ?? '')
    .toLowerCase()
    .split(',')
  const found = ['gzip', '*'].map((name) => wanted.find((item) => item.split(';')[0]?.trim() === name))
  const item = found[0] ?? found[1]
  return item !== undefined && !/;\s*q=0(\.0*)?\s*$/.test(item)
}
