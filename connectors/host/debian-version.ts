/**
 * Orders two Debian package versions: below 0 when `a` is older, above 0 when it is newer, 0 when they are equal.
 * Source: deb-version(7), "Sorting algorithm".
 */
export function compareDebianVersions(a: string, b: string): number {
  const left = split(a)
  const right = split(b)
  return (
    compareParts(left.epoch, right.epoch) ||
    compareParts(left.upstream, right.upstream) ||
    compareParts(left.revision, right.revision)
  )
}

/** `[epoch:]upstream[-revision]`; a missing epoch or revision is the same as 0. */
function split(version: string): { epoch: string; upstream: string; revision: string } {
  const colon = version.indexOf(':')
  const rest = version.slice(colon + 1)
  const dash = rest.lastIndexOf('-')
  return {
    epoch: colon < 0 ? '0' : version.slice(0, colon),
    upstream: dash < 0 ? rest : rest.slice(0, dash),
    revision: dash < 0 ? '0' : rest.slice(dash + 1),
  }
}

/** Alternates between runs of other characters and runs of digits, each possibly empty. */
function compareParts(a: string, b: string): number {
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigit(a, i)) || (j < b.length && !isDigit(b, j))) {
      const difference = weight(a, i) - weight(b, j)
      if (difference !== 0) return difference
      i += 1
      j += 1
    }
    const left = digits(a, i)
    const right = digits(b, j)
    i += left.length
    j += right.length
    const difference = compareNumbers(left, right)
    if (difference !== 0) return difference
  }
  return 0
}

/** Tilde before the end, the end before letters, letters before everything else. A digit counts as the end here. */
function weight(text: string, at: number): number {
  const code = text.charCodeAt(at)
  if (Number.isNaN(code) || isDigit(text, at)) return 0
  if (text[at] === '~') return -1
  const isLetter = (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
  return isLetter ? code : code + 256
}

const isDigit = (text: string, at: number): boolean => text.charCodeAt(at) >= 48 && text.charCodeAt(at) <= 57

function digits(text: string, from: number): string {
  let to = from
  while (to < text.length && isDigit(text, to)) to += 1
  return text.slice(from, to)
}

/** By text, because a run of digits may be longer than a number holds. */
function compareNumbers(a: string, b: string): number {
  const left = a.replace(/^0+/, '')
  const right = b.replace(/^0+/, '')
  if (left.length !== right.length) return left.length - right.length
  return left < right ? -1 : left > right ? 1 : 0
}
