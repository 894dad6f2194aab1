import { BergfriedError } from '../../../kernel/errors.ts'

const LEAST = 12
const LEAST_DIFFERENT = 5
/** Ways along a keyboard or an alphabet; a password that is mostly such a way is guessed first. */
const WAYS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890123456789',
  'qwertzuiopasdfghjklyxcvbnm',
  'qwertyuiopasdfghjklzxcvbnm',
  '1qaz2wsx3edc4rfv5tgb6zhn7ujm',
  '1qay2wsx3edc4rfv5tgb6zhn7ujm',
]
/** What lists of stolen passwords are full of; told apart from their digits and signs. */
const COMMON =
  /^(p[a4]ssw[o0]rd|passwort|kennwort|geheim|secret|willkommen|welcome|hallo|hello|admin|administrator|letmein|iloveyou|ichliebedich|schatz|sommer|winter|fruehling|frühling|herbst|summer|spring|autumn|monday|montag|football|fussball|changeme|default|bergfried|master|dragon|sonnenschein|sunshine|princess|qwert[yz])+$/

/**
 * A password in the one spelling that is hashed (NFKC, as NIST SP 800-63B-4 section 3.1.1.2 asks). No rule about kinds of
 * characters, no age: length, and not what is guessed first.
 *
 * @param about - words that stand near: login, name, organisation
 * @throws {BergfriedError} `identity.password_weak`
 */
export function acceptablePassword(password: string, about: readonly string[]): string {
  const text = spelledOnce(password)
  const folded = text.toLowerCase()
  const weak = (reason: string, reasonDe: string) => new BergfriedError('identity.password_weak', { reason, reasonDe })
  if ([...text].length < LEAST) {
    throw weak(`at least ${LEAST} characters`, `mindestens ${LEAST} Zeichen`)
  }
  if (new Set(folded).size < LEAST_DIFFERENT || repeats(folded)) {
    throw weak('the same again and again', 'immer wieder dasselbe')
  }
  if (follows(folded)) throw weak('a way along the keyboard or alphabet', 'ein Weg über Tastatur oder Alphabet')
  const letters = folded.replace(/[^\p{L}]+/gu, '')
  if (COMMON.test(letters) || COMMON.test(folded.replace(/[\d\W_]+$/u, ''))) {
    throw weak('it is among the most common', 'es gehört zu den häufigsten')
  }
  const near = about.flatMap((word) => word.toLowerCase().split(/[^\p{L}\p{N}]+/u)).filter((word) => word.length >= 4)
  if (near.reduce((rest, word) => rest.replaceAll(word, ''), folded).length < LEAST - 4) {
    throw weak(
      'it is made of the name, the sign-in name or the organisation',
      'es besteht aus Name, Anmeldename oder Organisation',
    )
  }
  return text
}

/** The spelling in which a password is compared. */
export const spelledOnce = (password: string): string => password.normalize('NFKC')

function repeats(text: string): boolean {
  for (let length = 1; length <= text.length / 3; length++) {
    if (
      text
        .slice(0, length)
        .repeat(Math.ceil(text.length / length))
        .startsWith(text)
    )
      return true
  }
  return false
}

/** Most neighbours of the text are neighbours on a way. */
function follows(text: string): boolean {
  let steps = 0
  for (let at = 0; at + 1 < text.length; at++) {
    const pair = text.slice(at, at + 2)
    const back = `${pair[1]}${pair[0]}`
    if (WAYS.some((way) => way.includes(pair) || way.includes(back))) steps++
  }
  return steps >= (text.length - 1) * 0.8
}
