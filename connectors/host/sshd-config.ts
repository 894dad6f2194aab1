import type { HostTransport } from '../../kernel/collect/transport.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { globFiles } from './sshd-glob.ts'
import type { Criterion } from './sshd-match.ts'
import { sshdKeyword, sshdWords } from './sshd-words.ts'

/** The settings of one block as written. No conditions: they hold for everybody. */
export interface SshdBlock {
  readonly criteria: readonly Criterion[]
  readonly settings: readonly { readonly keyword: string; readonly words: readonly string[] }[]
}

/** Deepest nesting of includes, as in sshd. */
const DEEPEST = 16
const MOST_FILES = 1000

/**
 * Reads sshd_config(5) with its includes: one block for everybody, then one per Match line. A Match line of an included
 * file ends with that file; an Include inside a block holds under the conditions of the block.
 *
 * @returns null where there is no such file
 * @throws {BergfriedError} `collect.parse`, `collect.too_large`, and what the transport throws
 */
export async function readSshdConfig(
  transport: HostTransport,
  path = '/etc/ssh/sshd_config',
): Promise<readonly SshdBlock[] | null> {
  const first = await transport.readFile(path)
  if (first === null) return null
  const everybody: Writable = { criteria: [], settings: [] }
  const blocks = [everybody]
  let files = 0

  const take = async (file: string, text: string, outer: Writable, depth: number): Promise<void> => {
    files++
    if (files > MOST_FILES) throw new BergfriedError('collect.too_large', { what: path, limit: `${MOST_FILES} files` })
    let block = outer
    for (const [index, line] of text.split('\n').entries()) {
      const fault = (reason: string) => new BergfriedError('collect.parse', { what: file, line: index + 1, reason })
      if (line.includes('\0')) throw fault('NUL character')
      const found = sshdKeyword(line)
      if (found === null) continue
      const [keyword, rest] = found
      if (keyword === 'match') {
        block = { criteria: [...outer.criteria, ...matchCriteria(rest, fault)], settings: [] }
        blocks.push(block)
        continue
      }
      const words = sshdWords(rest)
      if (words === null) throw fault('a quote is not closed')
      if (keyword !== 'include') block.settings.push({ keyword, words })
      else {
        if (depth >= DEEPEST) throw fault(`includes nested deeper than ${DEEPEST}`)
        for (const included of await includedFiles(transport, words)) {
          const content = await transport.readFile(included)
          if (content !== null) await take(included, content, block, depth + 1)
        }
      }
    }
  }

  await take(path, first, everybody, 0)
  return blocks
}

/** The conditions as lower-case keywords and patterns as written, for example `user git address 10.0.0.0/8`. */
export const criteriaText = (criteria: readonly Criterion[]): string =>
  criteria.map(({ name, pattern }) => (pattern === '' ? name : `${name} ${pattern}`)).join(' ')

interface Writable extends SshdBlock {
  readonly settings: { readonly keyword: string; readonly words: readonly string[] }[]
}

/** Conditions that stand without a pattern. */
const BARE = new Set(['all', 'invalid-user'])

function matchCriteria(rest: string, fault: (reason: string) => BergfriedError): Criterion[] {
  // `User=git` is as good as `User git`.
  const words = sshdWords(rest.replaceAll(/(^|\s)([A-Za-z-]+)\s*=\s*/g, '$1$2 '))
  if (words === null) throw fault('a quote is not closed')
  const criteria: Criterion[] = []
  for (let at = 0; at < words.length; at++) {
    const name = (words[at] ?? '').toLowerCase()
    if (BARE.has(name)) {
      criteria.push({ name, pattern: '' })
      continue
    }
    const pattern = words[++at]
    if (pattern === undefined) throw fault(`the condition "${name.slice(0, 40)}" of Match has no pattern`)
    criteria.push({ name, pattern })
  }
  if (criteria.length === 0) throw fault('Match without a condition')
  return criteria
}

async function includedFiles(transport: HostTransport, patterns: readonly string[]): Promise<readonly string[]> {
  const found: string[] = []
  for (const pattern of patterns) {
    found.push(...(await globFiles(transport, pattern.startsWith('/') ? pattern : `/etc/ssh/${pattern}`)))
  }
  return found
}
