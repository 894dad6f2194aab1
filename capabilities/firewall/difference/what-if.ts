import { compare } from '../../../engines/packetspace/difference.ts'
import { PacketspaceError } from '../../../engines/packetspace/errors.ts'
import type { Labels } from '../../../engines/packetspace/format-box.ts'
import type { Hook, Rule, RuleSet } from '../../../engines/packetspace/ir.ts'
import { interfacesOf, PacketSpace } from '../../../engines/packetspace/packet-fields.ts'
import { Analysis, type HookSummary } from '../../../engines/packetspace/summary.ts'
import { compose, EMPTY, type Summary } from '../../../engines/packetspace/verdict-summary.ts'
import type { NftRules } from '../../../kernel/act/firewall-desk.ts'
import type { DifferenceView } from '../contract.ts'
import { type ChangedLines, changedLines } from './changed-lines.ts'
import { assembled, FAMILIES, HOOKS, hookView, readRules } from './rule-set-difference.ts'

const BUDGET = 8_000_000
/** Sets of earlier questions are not given back: after so many the analysis is made anew. */
const FULL = BUDGET / 2

interface Known {
  readonly analysis: Analysis
  readonly hooks: ReadonlyMap<Hook, HookSummary>
}

/** A rule set that is asked again and again what a small change would do: summed up once, then only what lies above the change. */
export class WhatIf {
  readonly base: NftRules
  readonly rules: RuleSet
  readonly #labels: Labels
  readonly #known = new Map<string, Known>()

  constructor(base: NftRules, labels: Labels = new Map()) {
    this.base = base
    this.rules = readRules(base)
    this.#labels = labels
  }

  /** The lines that a text changes; null where it is a matter of the whole rule set. */
  changed(text: string): ChangedLines | null {
    const lines = changedLines(this.base.text, text)
    const chain = lines === null ? undefined : this.rules.chains.get(lines.chain)
    // A rule with effects changes what other rules mean; a chain that others call lies in several trees.
    const plain = [...this.rules.chains.values()].every(({ rules }) =>
      rules.every(({ effects }) => effects.length === 0),
    )
    return lines !== null && plain && chain?.base?.type === 'filter' && chain.rules.length > 0 ? lines : null
  }

  /**
   * What the change does, by changing a few leaves of the chain's tree and back.
   *
   * @param listed - what a kernel lists of {@link ChangedLines.skeleton}
   * @returns null where it has to be compared as a whole
   */
  small({ chain, at, removed, added }: ChangedLines, listed: Pick<NftRules, 'json' | 'text'>): DifferenceView | null {
    const fresh = readRules(listed).chains.get(chain)?.rules ?? []
    if (fresh.length !== added.length || fresh.some(({ effects }) => effects.length > 0)) return null
    try {
      const hook = this.rules.chains.get(chain)?.base?.hook
      const families = this.rules.chains.get(chain)?.families ?? []
      if (hook === undefined) return null
      const views = FAMILIES.filter((family) => families.includes(family)).map((family) => {
        const known = this.#analysed(family)
        const before = known.hooks.get(hook)
        if (before === undefined) return null
        const after = changedHook(known.analysis, chain, { at, removed, fresh }, hook)
        const { space } = known.analysis
        return hookView(space, hook, compare(space, before.mayAccept, after.mayAccept), this.#labels)
      })
      const found = views.filter((view) => view !== null)
      return assembled(found, this.rules, this.rules)
    } catch (error) {
      // An interface that nothing named so far, or a space that is full.
      if (error instanceof PacketspaceError && ['missing', 'budget'].includes(error.code)) {
        this.#known.clear()
        return null
      }
      throw error
    }
  }

  /** Sums everything up, so that the first question is as quick as the others. */
  warm(): void {
    for (const family of FAMILIES) this.#analysed(family)
  }

  #analysed(family: 'ip4' | 'ip6'): Known {
    const known = this.#known.get(family)
    if (known !== undefined && known.analysis.space.bdd.size < FULL) return known
    const analysis = new Analysis(new PacketSpace(family, interfacesOf(this.rules), BUDGET), this.rules, 'variables')
    const made = { analysis, hooks: new Map(HOOKS.map((hook) => [hook, analysis.hook(hook)])) }
    this.#known.set(family, made)
    return made
  }
}

/** A hook as it would be; the tree is afterwards as it was. */
function changedHook(
  analysis: Analysis,
  chain: string,
  { at, removed, fresh }: { readonly at: number; readonly removed: number; readonly fresh: readonly Rule[] },
  hook: Hook,
): HookSummary {
  const tree = analysis.tree(chain)
  let added: Summary = EMPTY
  for (const rule of fresh) added = compose(analysis.space, added, analysis.rule(rule))
  const changes = new Map<number, Summary>()
  for (let i = at; i < at + removed; i++) changes.set(i, EMPTY)
  if (removed > 0) changes.set(at, added)
  else if (at < tree.length) changes.set(at, compose(analysis.space, added, tree.leaf(at)))
  else changes.set(at - 1, compose(analysis.space, tree.leaf(at - 1), added))
  const before = [...changes.keys()].map((i) => [i, tree.leaf(i)] as const)
  try {
    for (const [i, leaf] of changes) tree.update(i, leaf)
    return analysis.hook(hook)
  } finally {
    for (const [i, leaf] of before) tree.update(i, leaf)
  }
}
