import { ERRORS } from './error-codes.ts'
import { fill, type Lang } from './i18n/text.ts'

export type ErrorCode = keyof typeof ERRORS

/**
 * The single error class of the product. Expected failures carry a code from {@link ERRORS};
 * everything else is a defect, stays a plain `Error`, and becomes a 500 without its message.
 *
 * `detail` may be shown to the caller: ids, places, counts; never a secret. `cause` is for the log only.
 */
export class BergfriedError extends Error {
  override readonly name = 'BergfriedError'
  readonly code: ErrorCode
  readonly detail: Readonly<Record<string, string | number>>

  constructor(code: ErrorCode, detail: Readonly<Record<string, string | number>> = {}, options?: ErrorOptions) {
    super(`${code} ${JSON.stringify(detail)}`, options)
    this.code = code
    this.detail = detail
  }

  get spec(): (typeof ERRORS)[ErrorCode] {
    return ERRORS[this.code]
  }

  /** One clear sentence with place and remedy, in the reader's language; `reasonDe` is the German of `reason`. */
  sentence(lang: Lang): string {
    const reason = lang === 'de' ? (this.detail['reasonDe'] ?? this.detail['reason']) : this.detail['reason']
    return fill(ERRORS[this.code].text[lang], { ...this.detail, reason })
  }
}

/** Exit code of the command line for any thrown value: 1 does not hold, 2 wrong usage, 3 could not look. */
export const exitOf = (error: unknown): number => (error instanceof BergfriedError ? error.spec.exit : 3)
