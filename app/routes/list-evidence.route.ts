import * as z from 'zod'
import { REFUSALS } from '../../kernel/http/problem.ts'
import { defineRoute } from '../../kernel/http/route.ts'

const EntryView = z
  .strictObject({
    position: z.int(),
    previous: z.int().nullable(),
    at: z.iso.datetime(),
    kind: z.string(),
    body: z
      .string()
      .nullable()
      .describe('Canonical JSON (RFC 8785), exactly the bytes that the digest is over; null where a restore lost it.'),
    digest: z.string().nullable().describe('SHA-256 of the body in UTF-8, hexadecimal.'),
  })
  .meta({ id: 'EvidenceEntry' })

/** GET /api/evidence: evidence entries in their order, from a position on. */
export const listEvidence = defineRoute((http, { database }) => {
  http.get(
    '/api/evidence',
    {
      config: { permission: 'read' },
      schema: {
        operationId: 'listEvidence',
        querystring: z.strictObject({
          from: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
          limit: z.coerce.number().int().min(1).max(1000).default(100),
        }),
        response: { 200: z.strictObject({ entries: z.array(EntryView) }), ...REFUSALS },
      },
    },
    async ({ query }) => {
      const rows = await database.stage('bf_publish').query<Omit<z.infer<typeof EntryView>, 'at'> & { at: Date }>(
        `select position, previous, at, kind, body, encode(digest, 'hex') as digest from evidence.entry
         where position >= $1 order by position limit $2`,
        [query.from, query.limit],
      )
      return { entries: rows.map((row) => ({ ...row, at: row.at.toISOString() })) }
    },
  )
})
