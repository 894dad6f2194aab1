import { BergfriedError } from '../../kernel/errors.ts'
import type { Alias, AliasKind, Member } from './sudo-statements.ts'

/** A name after alias expansion. */
export interface Resolved {
  readonly negated: boolean
  /** `ALL` is meant as everything, not as a name. */
  readonly all: boolean
  readonly text: string
}

/** An alias of a file, for messages. */
export interface LocatedAlias extends Alias {
  readonly file: string
}

/** Deeper chains of aliases are refused: nobody writes them, and they would fill the stack. */
const DEEPEST = 256
/** The longest list that a fact may hold. */
const LONGEST = 10_000

/**
 * Replaces aliases by what they stand for, at any depth, wherever they are defined.
 *
 * Order is kept and of a name said twice the last one stays, because in sudo the last match counts. A "!" before an
 * alias turns each of its members round. An alias that is defined nowhere is a plain name, as for sudo.
 */
export class AliasTable {
  readonly #aliases = new Map<string, LocatedAlias>()
  readonly #done = new Map<string, readonly Resolved[]>()
  readonly #open = new Set<string>()

  /** @throws {BergfriedError} `collect.parse` where an alias is defined twice */
  constructor(aliases: readonly LocatedAlias[]) {
    for (const alias of aliases) {
      const key = keyOf(alias.kind, alias.name)
      if (this.#aliases.has(key)) throw fault(alias, `the alias ${alias.name} is defined twice`)
      this.#aliases.set(key, alias)
    }
  }

  /** @throws {BergfriedError} `collect.parse` for a cycle or too deep a chain, `collect.too_large` for too long a list */
  expand(kind: AliasKind, members: readonly Member[]): readonly Resolved[] {
    const found = new Map<string, Resolved>()
    for (const member of members) {
      const alias = member.kind === 'alias' ? this.#aliases.get(keyOf(kind, member.text)) : undefined
      const resolved =
        alias === undefined
          ? [{ negated: false, all: member.kind === 'all', text: member.text }]
          : this.#resolve(kind, alias)
      for (const one of resolved) {
        const key = `${one.all ? 'all' : 'name'} ${one.text}`
        found.delete(key)
        found.set(key, { ...one, negated: one.negated !== member.negated })
      }
      if (found.size > LONGEST) {
        throw new BergfriedError('collect.too_large', { what: 'sudoers', limit: `${LONGEST} names in one list` })
      }
    }
    return [...found.values()]
  }

  #resolve(kind: AliasKind, alias: LocatedAlias): readonly Resolved[] {
    const key = keyOf(kind, alias.name)
    const known = this.#done.get(key)
    if (known !== undefined) return known
    if (this.#open.has(key)) throw fault(alias, `the alias ${alias.name} refers to itself`)
    if (this.#open.size >= DEEPEST) throw fault(alias, `aliases nested deeper than ${DEEPEST}`)
    this.#open.add(key)
    const resolved = this.expand(kind, alias.members)
    this.#open.delete(key)
    this.#done.set(key, resolved)
    return resolved
  }
}

const keyOf = (kind: AliasKind, name: string): string => `${kind} ${name}`

const fault = (alias: LocatedAlias, reason: string): BergfriedError =>
  new BergfriedError('collect.parse', { what: alias.file, line: alias.line, reason })
