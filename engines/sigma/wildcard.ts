/** One piece of a pattern: plain text, `*` (any length) or `?` (one character). */
export type Part = string | typeof MANY | typeof ONE
export const MANY = 0
export const ONE = 1

/**
 * Reads a Sigma string value (Sigma Rules Specification, Escaping): `\*` and `\?` are plain, `\\` is one backslash where
 * a wildcard or another backslash follows in the text, every other backslash stands for itself.
 * Placeholders: with `percent`, `\%` is a plain percent sign.
 */
export function readPattern(text: string, percent = false): Part[] {
  const parts: Part[] = []
  let plain = ''
  for (let i = 0; i < text.length; i++) {
    const unit = text[i] ?? ''
    const next = text[i + 1]
    if (unit === '\\' && (next === '*' || next === '?' || next === '\\' || (percent && next === '%'))) {
      plain += next
      i++
    } else if (unit === '*' || unit === '?') {
      if (plain !== '') parts.push(plain)
      plain = ''
      // Two stars in a row say what one says.
      if (unit === '?' || parts.at(-1) !== MANY) parts.push(unit === '*' ? MANY : ONE)
    } else {
      plain += unit
    }
  }
  if (plain !== '') parts.push(plain)
  return parts
}

/** Puts `*` at an end that has none. */
export function widen(parts: readonly Part[], front: boolean, back: boolean): Part[] {
  const wide = [...parts]
  if (front && wide[0] !== MANY) wide.unshift(MANY)
  if (back && wide.at(-1) !== MANY) wide.push(MANY)
  return wide
}

/** The text of a pattern without wildcards, else null. */
export function plainText(parts: readonly Part[]): string | null {
  if (parts.length === 0) return ''
  const [only] = parts
  return parts.length === 1 && typeof only === 'string' ? only : null
}

/** Applies a function to the plain pieces. */
export function mapText(parts: readonly Part[], change: (text: string) => string): Part[] {
  return parts.map((part) => (typeof part === 'string' ? change(part) : part))
}

/**
 * Whether a text matches a pattern whole. Both are folded by the caller, or neither. Stars take as little as they can, so
 * the time is at most length of text times length of pattern, whatever the pattern.
 */
export function matchPattern(text: string, parts: readonly Part[]): boolean {
  let at = 0
  let piece = 0
  let starPiece = -1
  let starAt = 0
  for (;;) {
    if (piece < parts.length && parts[piece] === MANY) {
      starPiece = ++piece
      starAt = at
      if (piece === parts.length) return true
      continue
    }
    const end = piece < parts.length ? after(text, at, parts[piece]) : -1
    if (end >= 0) {
      at = end
      piece++
    } else if (piece === parts.length && at === text.length) {
      return true
    } else {
      if (starPiece < 0 || starAt >= text.length) return false
      starAt = nextStart(text, starAt, parts[starPiece])
      if (starAt < 0) return false
      at = starAt
      piece = starPiece
    }
  }
}

/** Position behind one piece at a position, -1 where it does not stand there. */
function after(text: string, at: number, part: Part | undefined): number {
  if (typeof part === 'string') return text.startsWith(part, at) ? at + part.length : -1
  if (at >= text.length) return -1
  return at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1)
}

/** Next position behind `at` where the piece behind a star may begin. */
function nextStart(text: string, at: number, part: Part | undefined): number {
  const step = at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1)
  return typeof part === 'string' ? text.indexOf(part, step) : step
}
