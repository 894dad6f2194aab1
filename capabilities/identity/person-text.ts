import { BergfriedError } from '../../kernel/errors.ts'

/** Control, format and private characters, lone surrogates: what is not seen, or turns the direction of what follows. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u

/**
 * A name to sign in with, as it is stored and compared: one spelling (NFKC, lower case), nothing unseen, no space. So nobody
 * can look like somebody else by a character that is not shown.
 *
 * @throws {BergfriedError} `identity.text_invalid`
 */
export function loginOf(text: string): string {
  const login = text.normalize('NFKC').trim().toLowerCase()
  if (UNSEEN.test(login) || /\s/u.test(login)) {
    throw new BergfriedError('identity.text_invalid', {
      where: 'login',
      reason: 'no spaces and no characters that are not seen',
      reasonDe: 'keine Leerzeichen und keine Zeichen, die man nicht sieht',
    })
  }
  if (login.length < 3 || login.length > 200) {
    throw new BergfriedError('identity.text_invalid', {
      where: 'login',
      reason: '3 to 200 characters',
      reasonDe: '3 bis 200 Zeichen',
    })
  }
  return login
}

/** The same for a login that somebody tries: what cannot be one is nobody's, and is no error of its own. */
export function triedLogin(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase().slice(0, 200)
}

/**
 * A text that people see, such as a name or a label.
 *
 * @throws {BergfriedError} `identity.text_invalid`
 */
export function shownText(where: string, text: string): string {
  const shown = text.normalize('NFC').trim()
  if (UNSEEN.test(shown) || shown === '') {
    throw new BergfriedError('identity.text_invalid', {
      where,
      reason: 'no characters that are not seen, and not empty',
      reasonDe: 'keine Zeichen, die man nicht sieht, und nicht leer',
    })
  }
  return shown
}
