/** One `-m name options…` of a rule, with the words of its options. `-p`, `-s` and the like are not part of it. */
export interface MatchBlock {
  readonly name: string
  readonly words: readonly string[]
}

/** The match blocks of each rule in order, by `table chain`. */
export type SavedRules = ReadonlyMap<string, readonly (readonly MatchBlock[])[]>

/**
 * Reads what iptables-save(8) prints for iptables-nft. Null where it speaks of the legacy interface, whose rules are
 * not those of nft.
 */
export function parseSaved(text: string): SavedRules | null {
  if (!text.includes('(nf_tables)')) return null
  const rules = new Map<string, (readonly MatchBlock[])[]>()
  let table = ''
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1).trim()
    if (!line.startsWith('-A ')) continue
    const [, chain = '', ...words] = wordsOf(line)
    const key = `${table} ${chain}`
    const list = rules.get(key)
    if (list === undefined) rules.set(key, [blocksOf(words)])
    else list.push(blocksOf(words))
  }
  return rules
}

/** Options that end a match block: those of the rule itself. */
const OF_THE_RULE = new Set(['-p', '-s', '-d', '-i', '-o', '-f', '-j', '-g', '-c'])

function blocksOf(words: readonly string[]): readonly MatchBlock[] {
  const blocks: { name: string; words: string[] }[] = []
  let open: { name: string; words: string[] } | null = null
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i] ?? ''
    if (word === '-j' || word === '-g') break
    if (word === '-m') {
      open = { name: words[i + 1] ?? '', words: [] }
      blocks.push(open)
      i += 1
    } else if (OF_THE_RULE.has(word) || (word === '!' && OF_THE_RULE.has(words[i + 1] ?? ''))) open = null
    else open?.words.push(word)
  }
  return blocks
}

/** Words are parted by blanks; one in quotation marks may hold blanks, and `\"` in it (xtables' save format). */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/"((?:\\.|[^"\\])*)"|(\S+)/g)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '') : quoted.replace(/\\(.)/g, '$1'),
  )
}
