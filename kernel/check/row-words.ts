import { ERRORS } from '../error-codes.ts'
import type { ErrorCode } from '../errors.ts'
import { fill, type Lang } from '../i18n/text.ts'
import { type Check, JUDGE_REASONS } from './check.ts'
import type { VerdictRow } from './row-query.ts'

/** Why a row has its status, as a half-sentence with the values that were read. */
export function reasonText(check: Check, row: Pick<VerdictRow, 'reason' | 'dims' | 'resource'>, lang: Lang): string {
  if (row.reason === 'could_not_read') {
    return fill(JUDGE_REASONS.could_not_read[lang], { problem: problemText(row.dims, lang) })
  }
  const own = check.reasons[row.reason] ?? JUDGE_REASONS[row.reason as keyof typeof JUDGE_REASONS]
  return own === undefined ? row.reason : fill(own[lang], { ...row.dims, resource: row.resource })
}

/** How to mend it. */
export const remedyText = (check: Check, row: Pick<VerdictRow, 'dims' | 'resource'>, lang: Lang): string =>
  fill(check.remedy[lang], { ...row.dims, resource: row.resource })

/** Sentence of a stored failure: our error code with its details. */
export function problemText(dims: Readonly<Record<string, unknown>> | null, lang: Lang): string {
  const spec = ERRORS[dims?.['code'] as ErrorCode]
  if (spec === undefined) return String(dims?.['code'] ?? '?')
  return fill(spec.text[lang], dims?.['detail'] as Record<string, unknown>).replace(/\.$/, '')
}
