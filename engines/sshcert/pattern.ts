/**
 * Whether a text fits a pattern with `*` for anything and `?` for one character (ssh_config, PATTERNS). Time is bounded by
 * the product of both lengths.
 */
export function fitsPattern(text: string, pattern: string): boolean {
  const [chars, signs] = [[...text], [...pattern]]
  let at = 0
  let sign = 0
  let star = -1
  let retry = 0
  while (at < chars.length) {
    if (signs[sign] === '*') {
      star = sign++
      retry = at
    } else if (signs[sign] === '?' || (sign < signs.length && signs[sign] === chars[at])) {
      sign++
      at++
    } else if (star >= 0) {
      sign = star + 1
      at = ++retry
    } else return false
  }
  while (signs[sign] === '*') sign++
  return sign === signs.length
}

/** Whether a text fits a list of patterns with commas: one that fits, and none that fits after a `!`. */
export function fitsPatternList(text: string, list: string): boolean {
  let fits = false
  for (const part of list.split(',')) {
    if (part.startsWith('!')) {
      if (fitsPattern(text, part.slice(1))) return false
    } else if (part !== '' && fitsPattern(text, part)) fits = true
  }
  return fits
}
