import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml'
import type { Text } from '../i18n/text.ts'

/** Something wrong at a line (1-based) of a file. */
export interface Problem {
  readonly line: number
  /** What was expected and what was found, as half a sentence without a full stop. */
  readonly reason: Text
}

/** A YAML document as plain values, and where each of them stands. */
export interface PositionedYaml {
  readonly value: unknown
  readonly problems: readonly Problem[]
  /** 1-based line of a value, or of the nearest thing above it that exists. */
  lineOf(path: readonly PropertyKey[]): number
}

interface Spot {
  readonly line: number
  readonly below: ReadonlyMap<PropertyKey, Spot>
}

/** Deeper or larger documents are refused: no file of ours comes near, and hostile ones are stopped here. */
const DEEPEST = 32
const MOST_NODES = 50_000

/**
 * Parses one YAML 1.2 document (core schema) without trust in it: no tags of its own, no documents after the first,
 * no keys other than texts, no key twice, no merge keys, bounded depth, and aliases counted as what they expand to
 * (so neither a cycle nor a "billion laughs" gets through).
 *
 * Never throws: what is wrong is in `problems`, and then `value` is `undefined`.
 */
export function parseYaml(source: string): PositionedYaml {
  const lines = new LineCounter()
  const document = parseDocument(source, {
    version: '1.2',
    schema: 'core',
    strict: true,
    // The library's own comparison is quadratic; the walk below finds a key that stands twice.
    uniqueKeys: false,
    merge: false,
    resolveKnownTags: false,
    prettyErrors: false,
    logLevel: 'error',
    lineCounter: lines,
  })
  const syntax = [...document.errors, ...document.warnings].map((e) => ({
    line: Math.max(1, lines.linePos(e.pos[0]).line),
    reason: syntaxReason(e.code, e.message),
  }))
  if (syntax.length > 0) return failed(syntax)
  return new Walk(lines).read(document.contents)
}

const failed = (problems: readonly Problem[]): PositionedYaml => ({
  value: undefined,
  problems,
  lineOf: () => problems[0]?.line ?? 1,
})

class Walk {
  readonly #lines: LineCounter
  readonly #anchors = new Map<string, Node>()
  readonly #problems: Problem[] = []
  #nodes = 0

  constructor(lines: LineCounter) {
    this.#lines = lines
  }

  read(contents: Node | null): PositionedYaml {
    const root = this.#node(contents, 1, 0)
    if (this.#problems.length > 0) return failed(this.#problems)
    return { value: root.value, problems: [], lineOf: (path) => lineIn(root.spot, path) }
  }

  #node(node: Node | null, line: number, depth: number): { value: unknown; spot: Spot } {
    this.#nodes += 1
    const tooMuch = depth > DEEPEST || this.#nodes > MOST_NODES
    // One such problem is enough: the walk ends here on every branch.
    if (tooMuch && this.#problems.length === 0) this.#problem(line, TOO_MUCH)
    if (tooMuch) return leaf(undefined, line)
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source)
      if (target) return this.#node(target, line, depth + 1)
      return this.#refuse(
        line,
        quoting('der Verweis {} zeigt auf nichts', 'the alias {} points to nothing', node.source),
      )
    }
    if (node?.anchor) this.#anchors.set(node.anchor, node)
    if (isMap(node)) return this.#map(node, line, depth)
    if (isSeq(node)) {
      const items = node.items.map((item) => this.#node(item as Node, this.#line(item as Node, line), depth + 1))
      return { value: items.map((i) => i.value), spot: { line, below: new Map(items.map((i, n) => [n, i.spot])) } }
    }
    return leaf(isScalar(node) ? node.value : null, line)
  }

  #map(node: YAMLMap, line: number, depth: number): { value: unknown; spot: Spot } {
    const entries: [string, unknown][] = []
    const below = new Map<PropertyKey, Spot>()
    for (const pair of node.items as Pair<Node, Node | null>[]) {
      const at = this.#line(pair.key, line)
      if (!isScalar(pair.key) || typeof pair.key.value !== 'string' || pair.key.value === '__proto__') {
        this.#problem(at, { de: 'ein Feldname muss ein Text sein', en: 'the name of a field must be a text' })
        continue
      }
      const key = pair.key.value
      if (below.has(key)) this.#problem(at, quoting('das Feld {} steht zweimal da', 'the field {} stands twice', key))
      const scalar = isScalar(pair.value) && pair.value.source !== ''
      const child = this.#node(pair.value, scalar ? this.#line(pair.value, at) : at, depth + 1)
      below.set(key, child.spot)
      entries.push([key, child.value])
    }
    return { value: Object.fromEntries(entries), spot: { line, below } }
  }

  #line(node: Node | null, otherwise: number): number {
    return node?.range ? this.#lines.linePos(node.range[0]).line : otherwise
  }

  #refuse(line: number, reason: Text): { value: unknown; spot: Spot } {
    this.#problem(line, reason)
    return leaf(undefined, line)
  }

  #problem(line: number, reason: Text): void {
    if (this.#problems.length < 100) this.#problems.push({ line, reason })
  }
}

const TOO_MUCH: Text = {
  de: `zu tief verschachtelt oder zu groß (höchstens ${DEEPEST} Ebenen, ${MOST_NODES} Werte, Verweise mitgezählt)`,
  en: `nested too deeply or too large (at most ${DEEPEST} levels, ${MOST_NODES} values, aliases counted in full)`,
}

const leaf = (value: unknown, line: number): { value: unknown; spot: Spot } => ({
  value,
  spot: { line, below: new Map() },
})

function lineIn(root: Spot, path: readonly PropertyKey[]): number {
  let spot = root
  for (const step of path) {
    const next = spot.below.get(step)
    if (!next) return spot.line
    spot = next
  }
  return spot.line
}

/** A reason that quotes something found, shortened, in the quotation marks of each language. */
function quoting(de: string, en: string, found: string): Text {
  const short = found.length > 60 ? `${found.slice(0, 60)}…` : found
  return { de: de.replace('{}', () => `„${short}“`), en: en.replace('{}', () => `“${short}”`) }
}

const SYNTAX: Readonly<Record<string, Text>> = {
  TAG_RESOLVE_FAILED: {
    de: 'YAML-Marken (mit ! beginnend) sind hier nicht erlaubt',
    en: 'YAML tags (starting with !) are not allowed here',
  },
  MULTIPLE_DOCS: {
    de: 'nur ein Dokument je Datei ist erlaubt',
    en: 'only one document per file is allowed',
  },
  TAB_AS_INDENT: {
    de: 'mit Tabulatoren eingerückt, erwartet werden Leerzeichen',
    en: 'indented with tabs, expected are spaces',
  },
  RESOURCE_EXHAUSTION: TOO_MUCH,
}

const syntaxReason = (code: string, message: string): Text =>
  SYNTAX[code] ?? { de: `kein gültiges YAML (${plain(message)})`, en: `not valid YAML (${plain(message)})` }

/** The library's message, which may quote the source, on one line and short. */
const plain = (message: string): string => message.replace(/\s+/g, ' ').replace(/\.$/, '').slice(0, 120)
