import { type Condition, namesOf } from './condition.ts'
import { SigmaError } from './errors.ts'
import { and, type Node, or, type Test } from './ir.ts'
import { applyModifiers } from './modifiers.ts'
import type { Placeholders } from './placeholders.ts'
import { scalarValue, testOf, type Value } from './values.ts'
import { MANY, widen } from './wildcard.ts'
import { isPlainMap } from './yaml-documents.ts'

/** What the reading of detections needs to know. */
export interface Dictionary {
  /** The number of a field of the rule, mapped by the pipeline. */
  fieldNumber(name: string): number
  readonly placeholders: Placeholders
}

/** An error with the path inside of the search identifier where it arose. */
export class At extends Error {
  readonly path: readonly (string | number)[]
  readonly error: SigmaError

  constructor(path: readonly (string | number)[], error: SigmaError) {
    super(error.message)
    this.path = path
    this.error = error
  }
}

/** Reads a search identifier: a map, a list of maps, a list of keywords, or (2.2) one keyword. */
export function readIdentifier(definition: unknown, dictionary: Dictionary): Node {
  if (Array.isArray(definition)) return readList(definition, dictionary)
  if (isPlainMap(definition)) return readMap(definition, dictionary)
  return words([], [definition], dictionary)
}

function readList(list: readonly unknown[], dictionary: Dictionary): Node {
  if (list.length === 0) throw new SigmaError('malformed', 'a search identifier is empty')
  const plain = list.filter((item) => !isPlainMap(item) && !Array.isArray(item))
  const of: Node[] = plain.length === 0 ? [] : [words([], plain, dictionary)]
  for (const [i, item] of list.entries()) {
    if (isPlainMap(item) || Array.isArray(item)) of.push(within([i], () => readIdentifier(item, dictionary)))
  }
  return or(of)
}

function readMap(map: Readonly<Record<string, unknown>>, dictionary: Dictionary): Node {
  const of = Object.entries(map).map(([key, value]) => within([key], () => readItem(key, value, dictionary)))
  if (of.length === 0) throw new SigmaError('malformed', 'a search identifier is empty')
  return and(of)
}

function readItem(key: string, value: unknown, dictionary: Dictionary): Node {
  const [field = '', ...modifiers] = key.split('|')
  const scalars = Array.isArray(value) ? value : [value]
  if (scalars.length === 0) throw new SigmaError('malformed', `"${key.slice(0, 64)}" has an empty list of values`)
  if (modifiers.includes('all') && !Array.isArray(value)) {
    throw new SigmaError('malformed', `"${key.slice(0, 64)}": "all" takes a list of values`)
  }
  if (field === '') return words(modifiers, scalars, dictionary)
  const { groups, all, negated } = applyModifiers(modifiers, scalars.map(scalarValue), true, dictionary.placeholders)
  const number = dictionary.fieldNumber(field)
  const tests = groups.map((group) => group.map((one) => testOf(one, (name) => dictionary.fieldNumber(name))))
  const node = all ? and(tests.map((any) => leaf(number, any))) : leaf(number, tests.flat())
  return negated ? { k: 'not', of: node } : node
}

const leaf = (field: number, any: readonly Test[]): Node => ({ k: 'field', field, any })

/** Keywords stand anywhere in the event: every one of its values is searched. */
function words(modifiers: readonly string[], scalars: readonly unknown[], dictionary: Dictionary): Node {
  const { groups, all, negated } = applyModifiers(modifiers, scalars.map(scalarValue), false, dictionary.placeholders)
  const tests = groups.map((group) => group.map((value): Test => word(value)))
  const node: Node = all ? and(tests.map((any) => ({ k: 'words', any }))) : { k: 'words', any: tests.flat() }
  return negated ? { k: 'not', of: node } : node
}

function word(value: Value): Test {
  const test = testOf(value, () => {
    throw new SigmaError('malformed', 'a keyword refers to a field')
  })
  if (test.t === 're') return test
  if (test.t !== 'text') throw new SigmaError('malformed', 'a keyword is neither text nor a regular expression')
  const parts = widen(test.parts, true, true)
  if (parts.every((part) => part === MANY)) throw new SigmaError('malformed', 'a keyword is empty')
  return { ...test, parts }
}

/** Puts the nodes of search identifiers into the place of their names. */
export function resolve(condition: Condition, identifiers: ReadonlyMap<string, Node>): Node {
  switch (condition.c) {
    case 'and':
      return and(condition.of.map((one) => resolve(one, identifiers)))
    case 'or':
      return or(condition.of.map((one) => resolve(one, identifiers)))
    case 'not':
      return { k: 'not', of: resolve(condition.of, identifiers) }
    case 'name':
      return found(condition.name, identifiers)
    case 'some': {
      const names = namesOf(condition.pattern, [...identifiers.keys()])
      if (names.length === 0) {
        throw new SigmaError(
          'malformed',
          `condition: "of ${condition.pattern.slice(0, 64)}" names no search identifier`,
        )
      }
      const of = names.map((name) => found(name, identifiers))
      return condition.all ? and(of) : or(of)
    }
  }
}

function found(name: string, identifiers: ReadonlyMap<string, Node>): Node {
  const node = identifiers.get(name)
  if (node === undefined) throw new SigmaError('malformed', `condition: no search identifier "${name.slice(0, 64)}"`)
  return node
}

function within<T>(path: readonly (string | number)[], read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof At) throw new At([...path, ...error.path], error.error)
    if (error instanceof SigmaError) throw new At(path, error)
    throw error
  }
}
