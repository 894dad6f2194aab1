import { inNetwork, readNetwork } from './cidr.ts'
import { fold } from './fold.ts'
import { ABSENT, type Frame, LIST, NULL, SCALAR } from './frame.ts'
import type { Compare, Node, Test } from './ir.ts'
import { expression } from './regex.ts'
import { requiredLiteral } from './required-literal.ts'
import { timePart } from './time-part.ts'
import { MANY, mapText, matchPattern, type Part, plainText } from './wildcard.ts'

export type Predicate = (frame: Frame) => boolean

/** A test of one text, with its folded form. */
type TextTest = (text: string, folded: string, frame: Frame) => boolean

/** Turns a condition into closures. Cheap tests come first, expressions last. */
export function predicateOf(node: Node): Predicate {
  switch (node.k) {
    case 'and':
      return every(cheapFirst(node.of).map(predicateOf))
    case 'or':
      return some(cheapFirst(node.of).map(predicateOf))
    case 'not': {
      const inner = predicateOf(node.of)
      return (frame) => !inner(frame)
    }
    case 'field':
      return fieldPredicate(node.field, node.any)
    case 'words':
      return wordsPredicate(node.any)
  }
}

/** The order of `and` and `or` is free: nothing that is judged has effects. */
function cheapFirst(nodes: readonly Node[]): readonly Node[] {
  return [...nodes].sort((a, b) => workOf(a) - workOf(b))
}

/** Rough work of judging a node: expressions are dear, keywords look at the whole event. */
function workOf(node: Node): number {
  switch (node.k) {
    case 'not':
      return workOf(node.of)
    case 'and':
    case 'or':
      return node.of.reduce((sum, one) => sum + workOf(one), 0)
    case 'words':
      return 50 * node.any.length
    case 'field':
      return node.any.reduce((sum, test) => sum + (test.t === 're' ? 100 : test.t === 'cidr' ? 20 : 1), 0)
  }
}

function every(of: readonly Predicate[]): Predicate {
  const [first, second] = of
  if (of.length === 2 && first !== undefined && second !== undefined) return (frame) => first(frame) && second(frame)
  return (frame) => {
    for (const one of of) if (!one(frame)) return false
    return true
  }
}

function some(of: readonly Predicate[]): Predicate {
  return (frame) => {
    for (const one of of) if (one(frame)) return true
    return false
  }
}

function fieldPredicate(field: number, any: readonly Test[]): Predicate {
  const whenAbsent = any.some((test) => test.t === 'null' || (test.t === 'exists' && !test.yes))
  const whenNull = any.some((test) => test.t === 'null' || (test.t === 'exists' && test.yes))
  const whenPresent = any.some((test) => test.t === 'exists' && test.yes)
  const test = anyText(any)
  return (frame) => {
    const kind = frame.kind(field)
    if (kind === ABSENT) return whenAbsent
    if (kind === NULL) return whenNull
    if (whenPresent) return true
    if (test === null) return false
    if (kind === SCALAR) return test(frame.texts[field] as string, frame.folded(field), frame)
    if (kind !== LIST) return false
    const texts = frame.lists[field] as string[]
    const folded = frame.foldedList(field)
    for (let i = 0; i < texts.length; i++) if (test(texts[i] as string, folded[i] as string, frame)) return true
    return false
  }
}

function wordsPredicate(any: readonly Test[]): Predicate {
  const test = anyText(any)
  if (test === null) return () => false
  return (frame) => {
    const texts = frame.words()
    const folded = frame.foldedWords()
    for (let i = 0; i < texts.length; i++) if (test(texts[i] as string, folded[i] as string, frame)) return true
    return false
  }
}

/** Any of several tests as one; null where none looks at text. */
function anyText(any: readonly Test[]): TextTest | null {
  const equal = new Set<string>()
  const simple: TextTest[] = []
  const slow: TextTest[] = []
  for (const test of any) {
    if (test.t === 'null' || test.t === 'exists') continue
    const plain = test.t === 'text' && test.cased !== true ? plainText(test.parts) : null
    if (plain !== null) equal.add(fold(plain))
    else if (test.t === 'text') simple.push(textTest(test.parts, test.cased === true))
    else slow.push(slowTest(test))
  }
  const tests: TextTest[] = []
  const [only] = equal
  if (equal.size === 1 && only !== undefined) tests.push((_text, folded) => folded === only)
  else if (equal.size > 1) tests.push((_text, folded) => equal.has(folded))
  tests.push(...simple, ...slow)
  const [first] = tests
  if (first === undefined) return null
  if (tests.length === 1) return first
  return (text, folded, frame) => {
    for (const test of tests) if (test(text, folded, frame)) return true
    return false
  }
}

function textTest(parts: readonly Part[], cased: boolean): TextTest {
  const wanted = cased ? parts : mapText(parts, fold)
  const match = patternTest(wanted)
  return cased ? (text) => match(text) : (_text, folded) => match(folded)
}

function patternTest(parts: readonly Part[]): (text: string) => boolean {
  const [first, second, third] = parts
  if (parts.length === 0) return (text) => text === ''
  if (parts.length === 1 && typeof first === 'string') return (text) => text === first
  if (parts.length === 1 && first === MANY) return () => true
  if (parts.length === 2 && typeof first === 'string' && second === MANY) return (text) => text.startsWith(first)
  if (parts.length === 2 && first === MANY && typeof second === 'string') return (text) => text.endsWith(second)
  if (parts.length === 3 && first === MANY && typeof second === 'string' && third === MANY) {
    return (text) => text.includes(second)
  }
  return (text) => matchPattern(text, parts)
}

function slowTest(test: Test): TextTest {
  switch (test.t) {
    case 're': {
      const found = expression(test.source, test.flags)
      const guard = requiredLiteral(test.source, 1)
      if (guard === null) return (text) => found.test(text)
      const wanted = fold(guard)
      return (text, folded) => folded.includes(wanted) && found.test(text)
    }
    case 'cidr': {
      const net = readNetwork(test.net)
      return (text) => inNetwork(text, net)
    }
    case 'cmp':
      return (text) => {
        const number = numberOf(text)
        return number !== null && compares(number, test.op, test.n)
      }
    case 'time':
      return (text) => {
        const part = timePart(text, test.unit)
        return part !== null && compares(part, test.op, test.n)
      }
    case 'ref':
      return refTest(test)
    default:
      return () => false
  }
}

function refTest(test: Extract<Test, { t: 'ref' }>): TextTest {
  const { field, how, cased } = test
  return (text, folded, frame) => {
    for (const raw of frame.textsOf(field)) {
      const other = cased === true ? raw : fold(raw)
      const own = cased === true ? text : folded
      if (how === 'equals' ? own === other : how === 'contains' ? own.includes(other) : atEdge(own, other, how))
        return true
    }
    return false
  }
}

const atEdge = (own: string, other: string, how: 'startswith' | 'endswith'): boolean =>
  how === 'startswith' ? own.startsWith(other) : own.endsWith(other)

/** A decimal number, with fraction and exponent; anything else is none. */
function numberOf(text: string): number | null {
  return text.length <= 64 && /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : null
}

function compares(value: number, op: Compare, bound: number): boolean {
  switch (op) {
    case 'lt':
      return value < bound
    case 'lte':
      return value <= bound
    case 'gt':
      return value > bound
    case 'gte':
      return value >= bound
    case 'eq':
      return value === bound
  }
}
