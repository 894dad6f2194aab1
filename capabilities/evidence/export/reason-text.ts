import { type Check, JUDGE_REASONS } from '../../../kernel/check/check.ts'
import type { VerdictRow } from '../../../kernel/check/row-query.ts'
import { ERRORS } from '../../../kernel/error-codes.ts'
import type { ErrorCode } from '../../../kernel/errors.ts'
import { fill } from '../../../kernel/i18n/text.ts'

type Told = Pick<VerdictRow, 'reason' | 'dims' | 'resource'>

/** Why a row stands as it stands, in English: the language of the foreign formats. */
export function reasonText(check: Check, row: Told): string {
  if (row.reason === 'could_not_read') return fill(JUDGE_REASONS.could_not_read.en, { problem: problemText(row.dims) })
  const own = check.reasons[row.reason] ?? JUDGE_REASONS[row.reason as keyof typeof JUDGE_REASONS]
  return own === undefined ? row.reason : fill(own.en, { ...row.dims, resource: row.resource })
}

/** How to mend it. */
export const remedyText = (check: Check, row: Told): string =>
  fill(check.remedy.en, { ...row.dims, resource: row.resource })

function problemText(dims: Told['dims']): string {
  const spec = ERRORS[dims?.['code'] as ErrorCode]
  if (spec === undefined) return String(dims?.['code'] ?? '?')
  return fill(spec.text.en, dims?.['detail'] as Record<string, unknown>).replace(/\.$/, '')
}
