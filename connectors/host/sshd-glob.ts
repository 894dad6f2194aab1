import type { HostTransport } from '../../kernel/collect/transport.ts'

/**
 * Paths that fit a pattern of glob(7), sorted. A pattern without special characters is itself, whether or not there is
 * such a file. Names that begin with a dot need a pattern that does.
 */
export async function globFiles(transport: HostTransport, pattern: string): Promise<readonly string[]> {
  if (!/[*?[]/.test(pattern)) return [pattern]
  let found = ['']
  for (const part of pattern.split('/').filter((one) => one !== '')) {
    if (!/[*?[]/.test(part)) {
      found = found.map((folder) => `${folder}/${part}`)
      continue
    }
    const next: string[] = []
    for (const folder of found) {
      const names = (await transport.list(folder === '' ? '/' : folder)) ?? []
      for (const name of names.toSorted()) if (fits(name, part)) next.push(`${folder}/${name}`)
    }
    found = next
  }
  return found
}

function fits(name: string, pattern: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false
  const parts = partsOf(pattern)
  // Positions of the pattern that are possible so far: no backtracking, whatever the pattern.
  let possible = skipStars(parts, new Set([0]))
  for (const character of name) {
    const next = new Set<number>()
    for (const at of possible) {
      const part = parts[at]
      if (part === undefined) continue
      if (part === '*') next.add(at)
      else if (part.fits(character)) next.add(at + 1)
    }
    possible = skipStars(parts, next)
  }
  return possible.has(parts.length)
}

type Part = '*' | { fits(character: string): boolean }

function skipStars(parts: readonly Part[], positions: Set<number>): Set<number> {
  for (const at of positions) if (parts[at] === '*') positions.add(at + 1)
  return positions
}

function partsOf(pattern: string): Part[] {
  const parts: Part[] = []
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? ''
    const end = character === '[' ? pattern.indexOf(']', at + 2) : -1
    if (character === '*') parts.push('*')
    else if (character === '?') parts.push({ fits: () => true })
    else if (end === -1) parts.push({ fits: (one) => one === character })
    else {
      parts.push(bracket(pattern.slice(at + 1, end)))
      at = end
    }
  }
  return parts
}

function bracket(inside: string): { fits(character: string): boolean } {
  const negated = inside.startsWith('!') || inside.startsWith('^')
  const body = negated ? inside.slice(1) : inside
  const ranges: [string, string][] = []
  for (let at = 0; at < body.length; ) {
    const isRange = body[at + 1] === '-' && at + 2 < body.length
    ranges.push([body[at] ?? '', body[isRange ? at + 2 : at] ?? ''])
    at += isRange ? 3 : 1
  }
  return { fits: (one) => ranges.some(([from, to]) => one >= from && one <= to) !== negated }
}
