import { badRequest, shown } from '../protocol/scim-problem.ts'

/** A word is a name, an operator, `true`, `null` or a number: the parser knows by its place. */
export type Token =
  | { readonly kind: 'word'; readonly text: string; readonly at: number }
  | { readonly kind: 'text'; readonly text: string; readonly at: number }
  | { readonly kind: '(' | ')' | '[' | ']'; readonly text: string; readonly at: number }

const WORD = /[A-Za-z0-9$_.:-]+/y
// As JSON writes strings (RFC 8259, section 7); whether it is one, the parser of JSON says.
const TEXT = /"(?:[^"\\]|\\.)*"/sy

/** Cuts a filter or a path into its words, in one pass. @throws {ScimProblem} `invalidFilter` */
export function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < source.length) {
    const char = source.charAt(at)
    if (char === ' ') {
      at += 1
    } else if (char === '(' || char === ')' || char === '[' || char === ']') {
      tokens.push({ kind: char, text: char, at })
      at += 1
    } else {
      const pattern = char === '"' ? TEXT : WORD
      pattern.lastIndex = at
      const [found] = pattern.exec(source) ?? []
      const text = char === '"' ? jsonText(found) : found
      if (found === undefined || text === undefined) {
        const rest = shown(source.slice(at, at + 20))
        throw badRequest('invalidFilter', `bei „${rest}“ unlesbar`, `unreadable at “${rest}”`)
      }
      tokens.push({ kind: char === '"' ? 'text' : 'word', text, at })
      at += found.length
    }
  }
  return tokens
}

function jsonText(source: string | undefined): string | undefined {
  try {
    return source === undefined ? undefined : (JSON.parse(source) as string)
  } catch {
    return undefined
  }
}
