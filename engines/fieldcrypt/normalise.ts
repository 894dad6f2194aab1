import { invalid } from './errors.ts'

/**
 * Which spellings of a text are the same value of an index. The rule is part of what is hashed: another rule is another index.
 *
 * - `exact`: code point by code point. - `nfc`: Unicode normal form C.
 * - `caseless`: NFKC, lower case, white space at the ends removed and runs of it made one space.
 * - `digits`: the ASCII digits and nothing else (card numbers, telephone numbers with one country code rule of yours).
 */
export type Normalisation = 'exact' | 'nfc' | 'caseless' | 'digits'

/** Errors: `invalid` for text that is not well-formed Unicode, or has no digits where only digits count. */
export function normalise(rule: Normalisation, text: string): string {
  if (!text.isWellFormed()) throw invalid('an indexed text is not well-formed Unicode')
  switch (rule) {
    case 'exact':
      return text
    case 'nfc':
      return text.normalize('NFC')
    case 'caseless':
      // Lower case can leave normal form, so it is taken once more.
      return text.normalize('NFKC').toLowerCase().normalize('NFKC').trim().replace(/\s+/gu, ' ')
    case 'digits': {
      const digits = text.replace(/[^0-9]/g, '')
      if (digits === '' && text !== '') throw invalid('an indexed text has no digits')
      return digits
    }
    default:
      throw invalid('an unknown rule of normalisation')
  }
}
