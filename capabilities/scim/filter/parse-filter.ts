import { badRequest, shown } from '../protocol/scim-problem.ts'
import type { Attribute } from '../schema/attribute.ts'
import { type AttributeName, resolveName } from '../schema/resolve-name.ts'
import type { ResourceType } from '../schema/resource-type.ts'
import { comparison } from './comparison.ts'
import { COMPARISONS, type Comparison, type Filter, type Operand } from './filter.ts'
import { TokenReader } from './token-reader.ts'

/** What names stand for where a filter is read. */
type Resolve = (name: string) => AttributeName | null

/**
 * Reads a filter (RFC 7644, section 3.4.2.2): `not` binds before `and`, `and` before `or`; names and operators in any case.
 * Beyond the grammar it takes `emails[type eq "work"].value eq "…"`, which providers send.
 *
 * @throws {ScimProblem} `invalidFilter` for what is no filter, names no attribute, compares what cannot be compared so, or is
 *   too long (4,000 characters), too deep (30) or too large (100 comparisons)
 */
export function parseFilter(type: ResourceType, source: string): Filter {
  const reader = new TokenReader(source)
  const filter = either(reader, (name) => resolveName(type, name))
  if (reader.peek() !== undefined) reader.fail('Ende erwartet', 'end expected')
  return filter
}

/** Reads the filter between `[` and `]`, whose names are the parts of an attribute. @throws {ScimProblem} `invalidFilter` */
export function parseValueFilter(reader: TokenReader, attribute: Attribute): Filter {
  if (!attribute.multiValued)
    reader.fail(`„${attribute.name}“ hat nur einen Wert`, `“${attribute.name}” has one value only`)
  reader.expect('[')
  const filter = reader.deeper(() =>
    either(reader, (name) => {
      const part = attribute.parts.get(name.toLowerCase())
      return part === undefined ? null : { attribute: part, part: null }
    }),
  )
  reader.expect(']')
  return filter
}

function either(reader: TokenReader, resolve: Resolve): Filter {
  const terms = [both(reader, resolve)]
  while (reader.takeIf('or')) terms.push(both(reader, resolve))
  const [only, ...others] = terms
  return only !== undefined && others.length === 0 ? only : { kind: 'or', terms }
}

function both(reader: TokenReader, resolve: Resolve): Filter {
  const terms = [single(reader, resolve)]
  while (reader.takeIf('and')) terms.push(single(reader, resolve))
  const [only, ...others] = terms
  return only !== undefined && others.length === 0 ? only : { kind: 'and', terms }
}

function single(reader: TokenReader, resolve: Resolve): Filter {
  if (reader.peek(1)?.kind === '(' && reader.takeIf('not')) return { kind: 'not', term: grouped(reader, resolve) }
  if (reader.peek()?.kind === '(') return grouped(reader, resolve)
  reader.term()
  const word = reader.peek()
  if (word?.kind !== 'word') reader.fail('Attribut erwartet', 'attribute expected')
  const name = resolve(word.text)
  if (name === null) reader.fail('unbekanntes Attribut', 'unknown attribute')
  reader.take()
  if (reader.peek()?.kind !== '[') return compared(reader, name)
  if (name.part !== null) reader.fail('hier ist keine Auswahl möglich', 'nothing to select from here')
  return chosen(reader, name.attribute)
}

function grouped(reader: TokenReader, resolve: Resolve): Filter {
  reader.expect('(')
  const filter = reader.deeper(() => either(reader, resolve))
  reader.expect(')')
  return filter
}

function chosen(reader: TokenReader, attribute: Attribute): Filter {
  const filter = parseValueFilter(reader, attribute)
  const tail = reader.peek()
  if (tail?.kind !== 'word' || !tail.text.startsWith('.')) return { kind: 'value', attribute, filter }
  const part = attribute.parts.get(tail.text.slice(1).toLowerCase())
  if (part === undefined) reader.fail('unbekanntes Attribut', 'unknown attribute')
  reader.take()
  const last = compared(reader, { attribute: part, part: null })
  return { kind: 'value', attribute, filter: { kind: 'and', terms: [filter, last] } }
}

function compared(reader: TokenReader, name: AttributeName): Filter {
  const operator = reader.peek()
  const by = operator?.kind === 'word' ? operator.text.toLowerCase() : ''
  if (by === 'pr') {
    reader.take()
    return { kind: 'present', name }
  }
  if (!isComparison(by)) reader.fail('Vergleich erwartet', 'operator expected')
  reader.take()
  return comparison(name, by, operand(reader))
}

const isComparison = (word: string): word is Comparison => (COMPARISONS as readonly string[]).includes(word)

function operand(reader: TokenReader): Operand {
  const token = reader.take()
  if (token?.kind === 'text') return token.text
  if (token?.kind === 'word') {
    if (token.text === 'true' || token.text === 'false') return token.text === 'true'
    if (token.text === 'null') return null
    if (/^-?(0|[1-9]\d{0,15})(\.\d{1,15})?$/.test(token.text)) return Number(token.text)
  }
  throw badRequest(
    'invalidFilter',
    `Wert erwartet, gefunden „${shown(token?.text ?? '')}“`,
    `value expected, found “${shown(token?.text ?? '')}”`,
  )
}
