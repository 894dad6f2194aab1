/**
 * A text that everything which a regular expression finds must contain (but for case), null where none is certain. Reads
 * the pattern only as far as it is sure: what it does not know ends a run, an alternation on the outside ends the search.
 * A literal shorter than `least` is none.
 */
export function requiredLiteral(source: string, least = 3): string | null {
  if (source.length > 4096) return null
  let best = ''
  let run = ''
  const end = () => {
    if (run.length > best.length) best = run
    run = ''
  }
  let at = 0
  while (at < source.length) {
    const piece = pieceAt(source, at)
    if (piece === null) return null
    at += piece.length
    const quantifier = /^(?:[*+?]|\{\d*,?\d*\})[?+]?/.exec(source.slice(at, at + 16))?.[0] ?? ''
    at += quantifier.length
    if (piece.text === null) end()
    else if (quantifier === '') run += piece.text
    else if (quantifier.startsWith('+')) {
      run += piece.text
      end()
    } else end()
  }
  end()
  return best.length >= Math.max(1, least) ? best : null
}

/** The next atom: its length, and its text where it is one certain character. Null: an alternation, nothing is certain. */
function pieceAt(source: string, at: number): { length: number; text: string | null } | null {
  const unit = source[at] ?? ''
  if (unit === '|') return null
  if (unit === '(') {
    const length = groupLength(source, at)
    return length === null ? null : { length, text: null }
  }
  if (unit === '[') {
    const length = classLength(source, at)
    return length === null ? null : { length, text: null }
  }
  if (unit === '\\') return escapeAt(source, at)
  if ('.^$)*+?{}'.includes(unit)) return unit === ')' ? null : { length: 1, text: null }
  // Beyond the BMP a quantifier takes both halves: leave such characters out.
  const code = unit.charCodeAt(0)
  return { length: 1, text: code >= 0xd800 && code < 0xe000 ? null : unit }
}

function escapeAt(source: string, at: number): { length: number; text: string | null } | null {
  const next = source[at + 1]
  if (next === undefined || next === 'Q' || next === 'E') return null
  if (/[^A-Za-z0-9]/.test(next)) return { length: 2, text: next }
  if (next === 'x' || next === 'p' || next === 'P' || next === 'u') {
    const brace = /^\\[xpPu]\{[^}]*\}/.exec(source.slice(at, at + 80))
    if (brace !== null) return { length: brace[0].length, text: null }
    return { length: next === 'x' ? 4 : next === 'u' ? 6 : 3, text: null }
  }
  const octal = /^\\[0-7]{1,3}/.exec(source.slice(at, at + 4))
  return { length: octal?.[0].length ?? 2, text: null }
}

/** Length of a group, null for one that switches flags for what follows: free spacing would change what is text. */
function groupLength(source: string, at: number): number | null {
  const flags = /^\(\?([a-zA-Z-]+)\)/.exec(source.slice(at, at + 16))
  if (flags !== null) return /^[imsU]+$/.test(flags[1] ?? '') ? flags[0].length : null
  let depth = 0
  for (let i = at; i < source.length; i++) {
    const unit = source[i]
    if (unit === '\\') {
      if (source[i + 1] === 'Q') return null
      i++
    } else if (unit === '[') {
      const length = classLength(source, i)
      if (length === null) return null
      i += length - 1
    } else if (unit === '(') depth++
    else if (unit === ')' && --depth === 0) return i - at + 1
  }
  return null
}

function classLength(source: string, at: number): number | null {
  let i = at + 1
  if (source[i] === '^') i++
  if (source[i] === ']') i++
  for (; i < source.length; i++) {
    if (source[i] === '\\') i++
    else if (source[i] === '[' && source[i + 1] === ':') {
      const end = source.indexOf(':]', i + 2)
      if (end < 0) return null
      i = end + 1
    } else if (source[i] === ']') return i - at + 1
  }
  return null
}
