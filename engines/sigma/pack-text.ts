import { SigmaError } from './errors.ts'
import type { EventRule, Node } from './ir.ts'
import { PACK_VERSION, type Pack, type Rule } from './pack.ts'

/** A condition as it is written: search identifiers stand by their number instead of being told twice. */
type Written =
  | { readonly k: 'and' | 'or'; readonly of: readonly Written[] }
  | { readonly k: 'not'; readonly of: Written }
  | { readonly k: 'part'; readonly i: number }
  | Extract<Node, { k: 'field' | 'words' }>

/** A pack as text, to be kept under its hash and read back instead of compiling again. */
export function packToText(pack: Pack): string {
  const rules = pack.rules.map((rule) => (rule.kind === 'event' ? { ...rule, cond: writtenOf(rule.cond, rule) } : rule))
  return JSON.stringify({ version: PACK_VERSION, ...pack, rules })
}

/**
 * Reads what `packToText` wrote. `hash` is that of the files at hand (`packHash`): a text of other files, or of another
 * version of this engine, is `stale` and has to be compiled again. The text is trusted like code: keep it where rules are.
 */
export function packFromText(text: string, hash: string): Pack {
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch {
    throw new SigmaError('malformed', 'a compiled pack is JSON')
  }
  if (typeof data !== 'object' || data === null) throw new SigmaError('malformed', 'a compiled pack is a JSON object')
  const written = data as Pack & { readonly version: unknown }
  if (written.version !== PACK_VERSION || written.hash !== hash) {
    throw new SigmaError('stale', 'the compiled pack is of other rules or of another version')
  }
  const rules = written.rules.map(
    (rule): Rule => (rule.kind === 'event' ? { ...rule, cond: readNode(rule.cond as Written, rule) } : rule),
  )
  return { hash, rules, fields: written.fields, routes: written.routes, problems: written.problems }
}

function writtenOf(node: Node, rule: EventRule): Written {
  const part = rule.parts.findIndex(([, own]) => own === node)
  if (part >= 0) return { k: 'part', i: part }
  switch (node.k) {
    case 'not':
      return { k: 'not', of: writtenOf(node.of, rule) }
    case 'and':
    case 'or':
      return { k: node.k, of: node.of.map((one) => writtenOf(one, rule)) }
    default:
      return node
  }
}

function readNode(written: Written, rule: EventRule): Node {
  switch (written.k) {
    case 'part': {
      const part = rule.parts[written.i]
      if (part === undefined)
        throw new SigmaError('malformed', 'a compiled pack names a search identifier that is not there')
      return part[1]
    }
    case 'not':
      return { k: 'not', of: readNode(written.of, rule) }
    case 'and':
    case 'or':
      return { k: written.k, of: written.of.map((one) => readNode(one, rule)) }
    default:
      return written
  }
}
