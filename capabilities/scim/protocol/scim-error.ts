import * as z from 'zod'
import type { Text } from '../../../kernel/i18n/text.ts'
import { ERROR_MESSAGE } from '../contract.ts'
import type { ScimType } from './scim-problem.ts'

/** Body of an error answer (RFC 7644, section 3.12). */
export const ScimErrorBody = z
  .strictObject({
    schemas: z.array(z.string()),
    status: z.string(),
    scimType: z.string().optional(),
    detail: z.string(),
    code: z.string().optional().describe('Code of docs/reference/errors.md, where the failure has one.'),
  })
  .meta({ id: 'ScimError' })
export type ScimErrorBody = z.infer<typeof ScimErrorBody>

export const scimError = (
  status: number,
  scimType: ScimType | null,
  detail: string,
  code: string | null = null,
): ScimErrorBody => ({
  schemas: [ERROR_MESSAGE],
  status: String(status),
  ...(scimType === null ? {} : { scimType }),
  detail,
  ...(code === null ? {} : { code }),
})

/** What fails outside of SCIM and means something in it. */
const TYPE_OF: Readonly<Record<string, ScimType>> = {
  'http.invalid': 'invalidValue',
  'register.invalid': 'invalidValue',
}

/** An error answer of the server as one of SCIM; null: it is none. */
export function fromProblem(payload: unknown): ScimErrorBody | null {
  if (typeof payload !== 'string') return null
  const problem = z.object({ status: z.int(), code: z.string(), detail: z.string() }).safeParse(JSON.parse(payload))
  if (!problem.success) return null
  const { status, code, detail } = problem.data
  return scimError(status, TYPE_OF[code] ?? null, detail, code)
}

export const TOO_LARGE: Text = {
  de: 'Die Anfrage ist größer als 1 MiB.',
  en: 'The request is larger than 1 MiB.',
}
