import * as z from 'zod'
import { BergfriedError } from '../../../kernel/errors.ts'
import { Problem } from '../../../kernel/http/problem.ts'
import type { EvidenceLog } from '../../../kernel/ledger/evidence-log.ts'

/** The log is public, and a page of somebody else may check it in the reader's browser. */
export const PUBLIC_LOG = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
} as const

/** What is sent is no JSON. */
export const logAnswers = (what: string) =>
  ({ 200: z.unknown().describe(what), 400: Problem, 404: Problem, 503: Problem }) as const

/** @throws {BergfriedError} `evidence.store` where no log runs in this process */
export function running(evidence: EvidenceLog | null): EvidenceLog {
  if (evidence !== null) return evidence
  throw new BergfriedError('evidence.store', {
    what: '/log',
    reason: 'no log runs in this process',
    reasonDe: 'in diesem Prozess läuft kein Protokoll',
  })
}
