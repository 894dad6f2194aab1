/**
 * Splits the arguments of a line of sshd_config(5): blanks separate, double and single quotes join, a backslash
 * protects quotes, backslashes and, outside quotes, blanks. An unquoted "#" at the beginning of a word ends the line.
 *
 * @returns null where a quote is not closed
 */
export function sshdWords(text: string): string[] | null {
  const words: string[] = []
  let at = 0
  for (;;) {
    while (BLANK.has(text[at] ?? '')) at++
    if (at >= text.length || text[at] === '#') return words
    let word = ''
    let quote = ''
    for (; at < text.length; at++) {
      const next = text[at] ?? ''
      const following = text[at + 1] ?? ''
      if (next === '\\' && (`"'\\`.includes(following) || (quote === '' && following === ' ')) && following !== '') {
        word += following
        at++
      } else if (quote === '' && BLANK.has(next)) break
      else if (quote === '' && (next === '"' || next === "'")) quote = next
      else if (quote !== '' && next === quote) quote = ''
      else word += next
    }
    if (quote !== '') return null
    words.push(word)
  }
}

/** Keyword in lower case and the rest of the line: `Keyword value`, `keyword=value`, `keyword = value`. Null for no line. */
export function sshdKeyword(line: string): readonly [keyword: string, rest: string] | null {
  const text = line.trim()
  if (text === '' || text.startsWith('#')) return null
  const end = text.search(/[\s=]/)
  if (end === -1) return [unquoted(text).toLowerCase(), '']
  const rest = text.slice(end).trimStart()
  return [unquoted(text.slice(0, end)).toLowerCase(), (rest.startsWith('=') ? rest.slice(1) : rest).trim()]
}

const unquoted = (word: string): string => (/^".*"$/s.test(word) ? word.slice(1, -1) : word)

const BLANK = new Set([' ', '\t', '\r', '\f'])
