import { BergfriedError } from '../../../../kernel/errors.ts'

/** A pack that does not hold: one clause in both languages. */
export const failed = (en: string, de: string): BergfriedError =>
  new BergfriedError('verify.failed', { reason: en, reasonDe: de })
