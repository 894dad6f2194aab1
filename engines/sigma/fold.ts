/**
 * Simple case folding of Unicode (CaseFolding.txt, statuses C and S): what `/iu` of ECMAScript compares by.
 * Unit by unit, so that folded and original text have the same length. ASCII-only folding would let "ＷＨＯＡＭＩ" or "ſc" pass.
 */
export function fold(text: string): string {
  // Within Latin-1 lower case is the folding, but for the micro sign, which folds to the Greek letter.
  if (!isForeign(text)) return text.toLowerCase()
  return text
    .split(RUNS)
    .map((run, i) => (i % 2 === 0 ? run.toLowerCase() : foldRun(run)))
    .join('')
}

/** True where a text has a unit beyond Latin-1, or the micro sign: where folding is more than lower case. */
export function isForeign(text: string): boolean {
  let bits = 0
  for (let i = 0; i < text.length; i++) bits |= text.charCodeAt(i)
  return bits >= 0x80 && BEYOND.test(text)
}

/**
 * Whether a folded literal stands at a position of a text that is not folded yet. `folded` gives its folded form: asked for
 * only where the text has a unit for which folding is more than lower case.
 */
export function standsAt(text: string, at: number, literal: string, folded: () => string): boolean {
  const { length } = literal
  if (at < 0 || at + length > text.length) return false
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(at + i)
    if (unit > 0xff || unit === 0xb5) return folded().startsWith(literal, at)
    if ((LATIN[unit] as number) !== literal.charCodeAt(i)) return false
  }
  return true
}

/** Foldings within Latin-1: all one unit, but for the micro sign, which is never looked up. */
const LATIN = Uint16Array.from({ length: 0x100 }, (_, unit) => String.fromCharCode(unit).toLowerCase().charCodeAt(0))

const BEYOND = /[^\0-\xb4\xb6-\xff]/
const RUNS = /([^\0-\xb4\xb6-\xff]+)/

function foldRun(run: string): string {
  let folded = ''
  for (const point of run) folded += foldPoint(point)
  return folded
}

const known = new Map<string, string>()

function foldPoint(own: string): string {
  const seen = known.get(own)
  if (seen !== undefined) return seen
  const folded = simpleFold(own)
  // There are 1.1 million points; a hostile log may hold them all.
  if (known.size < 20_000) known.set(own, folded)
  return folded
}

/**
 * Lower case of upper case, each step only where it keeps one point: "ß" does not become "ss".
 * Dotless i (U+0131) has the upper case I, yet no folding; I with a dot (U+0130) has none of one point.
 */
function simpleFold(own: string): string {
  if (own === '\u0131' || own === '\u0130') return own
  const upper = sameLength(own, own.toUpperCase())
  return sameLength(upper, upper.toLowerCase())
}

const sameLength = (from: string, to: string): string => (to.length === from.length ? to : from)
