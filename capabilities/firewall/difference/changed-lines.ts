/** One rule chain of a text in the form of `nft list ruleset` in which lines were changed. */
export interface ChangedLines {
  /** As the engine calls it: `inet fw/input`. */
  readonly chain: string
  /** Position of the first rule that is gone or before which something was put. */
  readonly at: number
  readonly removed: number
  readonly added: readonly string[]
  /** The whole rule set with no rules but the added ones. */
  readonly skeleton: string
}

interface Line {
  readonly text: string
  /** The chain that the line is a rule of. */
  readonly chain: string | null
  /** The line is about how a chain is hooked in. */
  readonly head: boolean
}

const TABLE = /^\s*table (\S+) (\S+) \{\s*$/
const CHAIN = /^\s*chain (\S+) \{\s*$/
const HEAD = /^\s*(type (filter|nat|route) hook\b|comment ")/
/** More at once is faster as a whole. */
const MOST_CHANGED = 8

/**
 * Where a text differs from another by a few rules of one chain and by nothing else; null where it differs in another way. What is not
 * listed as nft lists it is another way.
 */
export function changedLines(before: string, after: string): ChangedLines | null {
  const [old, now] = [linesOf(before), linesOf(after)]
  if (old === null || now === null) return null
  let first = 0
  while (first < old.length && first < now.length && old[first]?.text === now[first]?.text) first++
  let [end, endNow] = [old.length, now.length]
  while (end > first && endNow > first && old[end - 1]?.text === now[endNow - 1]?.text) {
    end--
    endNow--
  }
  const [gone, added] = [old.slice(first, end), now.slice(first, endNow)]
  if (gone.length > MOST_CHANGED || added.length > MOST_CHANGED || gone.length + added.length === 0) return null
  const chains = new Set([...gone, ...added].map(({ chain }) => chain))
  const [chain] = chains
  if (chains.size !== 1 || chain === null || chain === undefined) return null
  const at = old.slice(0, first).filter((line) => line.chain === chain).length
  const kept = now.filter((line, i) => line.chain === null || line.head || (i >= first && i < endNow))
  return {
    chain,
    at,
    removed: gone.length,
    added: added.map(({ text }) => text),
    skeleton: kept.map(({ text }) => text).join('\n'),
  }
}

/** Each line with the chain that it is a rule of; null for a text that is laid out otherwise. */
function linesOf(text: string): readonly Line[] | null {
  let [table, chain]: [string | null, string | null] = [null, null]
  let depth = 0
  const lines: Line[] = []
  for (const raw of text.split('\n')) {
    const line = raw.trimEnd()
    if (line.trim() === '') continue
    const [, family, name] = TABLE.exec(line) ?? []
    const [, of] = CHAIN.exec(line) ?? []
    const head = HEAD.test(line)
    if (depth === 0 && family !== undefined) table = `${family} ${name}`
    else if (depth === 1 && of !== undefined && table !== null) chain = `${table}/${of}`
    const isRule = chain !== null && depth === 2 && line.trim() !== '}' && of === undefined && !head
    lines.push({ text: line, chain: isRule ? chain : null, head })
    depth += braces(line)
    if (depth < 2) chain = null
    if (depth < 0) return null
    // A rule that goes over several lines.
    if (isRule && braces(line) !== 0) return null
  }
  return depth === 0 ? lines : null
}

function braces(line: string): number {
  const plain = line.replaceAll(/"[^"]*"/g, '').replaceAll(/#.*$/g, '')
  return (plain.match(/\{/g)?.length ?? 0) - (plain.match(/\}/g)?.length ?? 0)
}
