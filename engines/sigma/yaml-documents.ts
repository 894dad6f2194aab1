import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, parseAllDocuments, visit } from 'yaml'
import { SigmaError } from './errors.ts'

/** Largest file that is read, in UTF-16 units. The largest public rule has 60,000. */
const MAX_FILE = 1 << 20
const MAX_DEPTH = 32

/** One YAML document as plain data, and the way back to its lines. */
export interface SourceDocument {
  readonly file: string
  readonly data: Readonly<Record<string, unknown>>
  /** Line of the value at a path, or of the nearest node above it; counted from 1. */
  lineOf(path: readonly (string | number)[]): number
}

/** A document that is no YAML map: its error, beside the documents that are. */
interface ReadFile {
  readonly documents: readonly SourceDocument[]
  readonly errors: readonly SigmaError[]
}

/**
 * Reads the documents of a file. YAML 1.2 core; keys twice in a map are an error, for one of them would be lost. Whole numbers
 * that a double cannot hold stay text. `action: global` of Sigma 1 puts its document into those that follow, `reset` ends it,
 * `repeat` fills up from the document before.
 */
export function readDocuments(file: string, text: string): ReadFile {
  if (text.length > MAX_FILE) {
    return {
      documents: [],
      errors: [new SigmaError('too_large', `file of ${text.length} characters`, { file, line: 0 })],
    }
  }
  const lines = new LineCounter()
  const documents: SourceDocument[] = []
  const errors: SigmaError[] = []
  let common: Record<string, unknown> = {}
  let before: Record<string, unknown> = {}
  for (const document of parsed(text, lines)) {
    const [broken] = document.errors
    if (broken !== undefined) {
      const line = lines.linePos(broken.pos[0]).line
      errors.push(new SigmaError('malformed', `YAML: ${broken.message.split('\n')[0]?.slice(0, 200)}`, { file, line }))
      continue
    }
    if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) continue
    const first = lines.linePos(document.contents.range?.[0] ?? 0).line
    try {
      const own = plainMap(document)
      const action = own['action']
      if (action === 'global') {
        common = merged(common, own)
        continue
      }
      if (action === 'reset') common = {}
      const data = merged(common, action === 'repeat' ? merged(before, own) : own)
      before = data
      documents.push({ file, data, lineOf: (path) => lineOf(document, lines, path, first) })
    } catch (error) {
      if (error instanceof SigmaError) errors.push(error.at({ file, line: first }))
      else if (error instanceof ReferenceError) {
        // The YAML reader says so where aliases multiply without end, or point nowhere.
        errors.push(new SigmaError('too_large', `YAML: ${error.message.slice(0, 200)}`, { file, line: first }))
      } else throw error
    }
  }
  return { documents, errors }
}

function parsed(text: string, lines: LineCounter): readonly Document.Parsed[] {
  const all = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' })
  return Array.isArray(all) ? all : []
}

function plainMap(document: Document.Parsed): Record<string, unknown> {
  if (!isMap(document.contents)) throw new SigmaError('malformed', 'a document of rules is a map')
  let depth = 0
  visit(document, {
    Scalar: (_key, node) => {
      // A number beyond 2^53 would be another number: keep what is written.
      if (typeof node.value === 'number' && Number.isInteger(node.value) && !Number.isSafeInteger(node.value)) {
        node.value = node.source
      }
      // Dates stay the text that they are.
      if (node.value instanceof Date) node.value = node.source
    },
    Collection: (_key, _node, path) => {
      depth = Math.max(depth, path.length)
    },
  })
  if (depth > MAX_DEPTH * 2) throw new SigmaError('too_large', `YAML nested deeper than ${MAX_DEPTH}`)
  return document.toJS({ maxAliasCount: 100 }) as Record<string, unknown>
}

function lineOf(
  document: Document.Parsed,
  lines: LineCounter,
  path: readonly (string | number)[],
  first: number,
): number {
  for (let length = path.length; length > 0; length--) {
    const key = keyRange(document, path.slice(0, length))
    if (key !== null) return lines.linePos(key).line
  }
  return first
}

/** Where the key of a path stands, or the item of a list. */
function keyRange(document: Document.Parsed, path: readonly (string | number)[]): number | null {
  const last = path.at(-1)
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  if (isMap(parent)) {
    const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(last))
    if (pair !== undefined && isNode(pair.key)) return pair.key.range?.[0] ?? null
  }
  if (isSeq(parent) && typeof last === 'number') {
    const item = parent.items[last]
    if (isNode(item)) return item.range?.[0] ?? null
  }
  return null
}

/** Deep merge: maps grow together, everything else is replaced. */
function merged(under: Record<string, unknown>, over: Record<string, unknown>): Record<string, unknown> {
  const all: Record<string, unknown> = { ...under }
  for (const [key, value] of Object.entries(over)) {
    if (key === 'action') continue
    const below = all[key]
    all[key] = isPlainMap(below) && isPlainMap(value) ? merged(below, value) : value
  }
  return all
}

/** True for a map of YAML: neither list nor scalar. */
export function isPlainMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
