import * as z from 'zod'
import { BergfriedError } from '../../../kernel/errors.ts'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { leafOf, type StoredEntry } from '../../../kernel/ledger/leaf.ts'
import { running } from './log-answers.ts'

const Bundle = z
  .strictObject({
    format: z.literal('bergfried-evidence/1'),
    entry: z.string().describe('The entry in the log, byte by byte.'),
    proof: z.string().describe('Proof of inclusion with the published checkpoint (C2SP tlog-proof).'),
    log: z.string().describe('Verifier key of the log.'),
    witnesses: z.array(z.string()),
    quorum: z.int(),
  })
  .meta({ id: 'EvidenceBundle' })

const Entry = z
  .strictObject({
    position: z.int(),
    at: z.iso.datetime(),
    kind: z.string(),
    body: z.string().nullable().describe('Canonical JSON (RFC 8785); null where only the log still has the entry.'),
    bundle: Bundle.describe('For `bergfried verify`; without the opening, which is part of an export.'),
  })
  .meta({ id: 'SealedEntry' })

/** GET /api/evidence/{position}: one entry with the proof that it is in the published log. */
export const getEvidenceEntry = defineRoute((http, { database, evidence }) => {
  http.get(
    '/api/evidence/:position',
    {
      config: { permission: 'read' },
      schema: {
        operationId: 'getEvidenceEntry',
        params: z.strictObject({ position: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER) }),
        response: { 200: Entry, ...REFUSALS, 404: Problem, 503: Problem },
      },
    },
    async ({ params: { position } }) => {
      const log = running(evidence)
      const proof = await log.proofOf(position)
      // As bf_seal: the leaf is made from the salt, which is shown to nobody here.
      const [row] = await database
        .stage('bf_seal')
        .query<StoredEntry>('select at, kind, body, salt, leaf from evidence.entry where position = $1', [position])
      if (row === undefined) throw new BergfriedError('http.not_found', { what: `/api/evidence/${position}` })
      const { verifierKey, witnesses, quorum } = log.identity
      const entry = Buffer.from(leafOf(row)).toString('utf8')
      const bundle = { entry, proof, log: verifierKey, witnesses: witnesses.map((w) => w.verifierKey), quorum }
      const { at, kind, body } = row
      return {
        position,
        at: at.toISOString(),
        kind,
        body,
        bundle: { format: 'bergfried-evidence/1' as const, ...bundle },
      }
    },
  )
})
