import * as z from 'zod'
import type { RouteDeps } from '../../../kernel/http/route.ts'
import type { AssessmentInput } from './assessment.ts'
import { scopeOf } from './scope.ts'

/** Which state a caller asks for. */
export const StateQuery = z.strictObject({
  controls: z
    .string()
    .regex(/^[A-Z0-9-]{1,16}(,[A-Z0-9-]{1,16}){0,500}$/)
    .optional()
    .describe('Ids of controls with commas between them; without: all.'),
  at: z.iso.datetime({ offset: true }).optional().describe('As it stood at that time; without: now.'),
})

/** The input of an export. @throws {BergfriedError} `control.unknown`, before anything is sent */
export function stateInput(deps: RouteDeps, query: z.infer<typeof StateQuery>): AssessmentInput {
  const { policy, checks, clock, database, evidence } = deps
  const controls = query.controls?.split(',') ?? null
  scopeOf(policy, checks, controls)
  return {
    audit: database.stage('bf_audit'),
    policy,
    checks,
    controls,
    at: query.at === undefined ? clock.now() : new Date(query.at),
    current: query.at === undefined,
    identity: evidence?.identity ?? null,
  }
}
