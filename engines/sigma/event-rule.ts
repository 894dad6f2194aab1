import { parseCondition } from './condition.ts'
import { At, type Dictionary, readIdentifier, resolve } from './detection.ts'
import { SigmaError } from './errors.ts'
import { type EventRule, type Logsource, type Node, or } from './ir.ts'
import { readHead, readLogsource } from './rule-head.ts'
import { isPlainMap, type SourceDocument } from './yaml-documents.ts'

/** Largest tree of one rule, in nodes and tests: beyond it somebody wants memory, not detection. */
const MAX_TREE = 200_000

/** Search identifiers and condition of a detection or a filter. */
export interface Detection {
  readonly identifiers: ReadonlyMap<string, Node>
  readonly cond: Node
}

/** Reads a rule that looks at one event. */
export function readEventRule(document: SourceDocument, dictionary: (logsource: Logsource) => Dictionary): EventRule {
  const head = readHead(document)
  const logsource = readLogsource(document)
  const { identifiers, cond } = readDetection(document, 'detection', [], dictionary(logsource))
  return { kind: 'event', ...head, logsource, silent: false, cond, parts: [...identifiers], filters: [] }
}

/** Reads the map below `key`: search identifiers and a condition, or a list of conditions of which any will do. */
export function readDetection(
  document: SourceDocument,
  key: string,
  others: readonly string[],
  dictionary: Dictionary,
): Detection {
  const place = (path: readonly (string | number)[]) => ({ file: document.file, line: document.lineOf([key, ...path]) })
  const detection = document.data[key]
  if (!isPlainMap(detection)) throw new SigmaError('malformed', `"${key}" is a map`, place([]))
  const identifiers = new Map<string, Node>()
  for (const [name, definition] of Object.entries(detection)) {
    if (name === 'condition' || others.includes(name)) continue
    if (name === 'timeframe') {
      throw new SigmaError('unsupported', '"timeframe" of Sigma 1; write a correlation instead', place([name]))
    }
    try {
      identifiers.set(name, readIdentifier(definition, dictionary))
    } catch (error) {
      if (error instanceof At) throw error.error.at(place([name, ...error.path]))
      if (error instanceof SigmaError) throw error.at(place([name]))
      throw error
    }
  }
  const given = detection['condition']
  const conditions = Array.isArray(given) ? given : [given]
  if (given === undefined || conditions.length === 0)
    throw new SigmaError('malformed', 'a detection has a condition', place([]))
  try {
    const cond = or(
      conditions.map((text) => {
        if (typeof text !== 'string') throw new SigmaError('malformed', 'a condition is text')
        return resolve(parseCondition(text), identifiers)
      }),
    )
    if (sizeOf(cond) > MAX_TREE) throw new SigmaError('too_large', 'the condition unfolds to too many tests')
    return { identifiers, cond }
  } catch (error) {
    throw error instanceof SigmaError ? error.at(place(['condition'])) : error
  }
}

function sizeOf(node: Node): number {
  if (node.k === 'field' || node.k === 'words') return 1 + node.any.length
  if (node.k === 'not') return 1 + sizeOf(node.of)
  return node.of.reduce((sum, one) => sum + sizeOf(one), 1)
}
