import * as z from 'zod'
import type { BergfriedError } from '../errors.ts'
import type { Lang } from '../i18n/text.ts'

/** Body of every error answer (RFC 9457). `type` names the code of docs/reference/errors.md. */
export const Problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
  })
  .meta({ id: 'Problem' })

export const PROBLEM_TYPE = 'application/problem+json'

/** An expected failure as a problem body. */
export const problemOf = (error: BergfriedError, lang: Lang): z.infer<typeof Problem> => ({
  type: `urn:bergfried:error:${error.code}`,
  title: error.code,
  status: error.spec.http,
  code: error.code,
  detail: error.sentence(lang),
})

/** The answers that every guarded route can give besides its own. */
export const REFUSALS = { 400: Problem, 401: Problem, 403: Problem, 500: Problem } as const
