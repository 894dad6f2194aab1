import { PacketspaceError } from '../../../engines/packetspace/errors.ts'
import type { Formula, Rule, RuleSet } from '../../../engines/packetspace/ir.ts'
import { parts } from '../../../engines/packetspace/ir.ts'
import { interfacesOf, PacketSpace } from '../../../engines/packetspace/packet-fields.ts'
import { type RuleFinding, reviewRules } from '../../../engines/packetspace/review.ts'
import { Analysis } from '../../../engines/packetspace/summary.ts'
import type { FirewallNote, ReviewedRule, ReviewFlag } from '../contract-review.ts'
import { FAMILIES } from '../difference/rule-set-difference.ts'
import { isExpired, isOwnerless } from './notes.ts'
import type { ListedRule } from './rule-identity.ts'

/** Since when a rule has been counted without a break. */
export interface CountedWindow {
  readonly since: Date
  readonly until: Date
  readonly packets: number
}

const BUDGET = 8_000_000
/** A rule is called never hit where it was counted at least for so long. */
const LONG_MS = 90 * 86_400_000

/** Every rule with what speaks for looking at it, and a proposal that somebody has to decide about. */
export function findRules(
  rules: RuleSet,
  listed: readonly ListedRule[],
  windows: ReadonlyMap<string, CountedWindow>,
  notes: ReadonlyMap<string, FirewallNote>,
  at: Date,
): ReviewedRule[] {
  const proved = provedStates(rules)
  const byId = new Map(
    [...rules.chains.values()].flatMap((chain) => chain.rules.map((rule) => [rule.id, rule] as const)),
  )
  return listed.map(({ identity, id, chain, text, comment, packets }) => {
    const finding = proved?.get(id)
    const [window, note, rule] = [windows.get(identity), notes.get(identity), byId.get(id)]
    const state = proved === null ? 'unknown' : (finding?.state ?? 'unknown')
    const dead = state !== 'live' && state !== 'unknown'
    const long = window !== undefined && window.until.getTime() - window.since.getTime() >= LONG_MS
    const broad = rule !== undefined && isBroad(rule)
    const expired = isExpired(note, at)
    const unused = long && window.packets === 0
    const flags: ReviewFlag[] = [
      ...(dead ? (['dead'] as const) : []),
      ...(unused ? (['never_hit'] as const) : []),
      ...(packets === null ? (['uncounted'] as const) : []),
      ...(isOwnerless(note) ? (['ownerless'] as const) : []),
      ...(expired ? (['expired'] as const) : []),
      ...(broad ? (['broad'] as const) : []),
    ]
    return {
      ...{ rule: identity, id, chain, text, comment, state, packets, flags },
      by: [...(finding?.by ?? [])],
      countedSince: window?.since.toISOString() ?? null,
      countedUntil: window?.until.toISOString() ?? null,
      note: note ?? null,
      // Of rules that make each other needless one has to stay: nobody proposes to remove them all.
      proposal: (dead && state !== 'redundant') || unused || expired ? 'remove' : broad ? 'narrow' : 'keep',
    }
  })
}

/** The state of each rule that holds in every family that it stands in; null beyond the budget. */
function provedStates(rules: RuleSet): ReadonlyMap<string, Pick<RuleFinding, 'state' | 'by'>> | null {
  const found = new Map<string, Pick<RuleFinding, 'state' | 'by'>>()
  try {
    for (const family of FAMILIES) {
      const space = new PacketSpace(family, interfacesOf(rules), BUDGET)
      for (const { rule, state, by } of reviewRules(new Analysis(space, rules))) {
        const before = found.get(rule.id)
        // Dead in one family and alive in the other is alive.
        if (before === undefined || state === 'live') found.set(rule.id, { state, by })
      }
    }
    return found
  } catch (error) {
    if (error instanceof PacketspaceError) return null
    throw error
  }
}

/** Lets in new connections from everywhere, or to every port. */
function isBroad({ branches }: Rule): boolean {
  return branches.some(({ match, action }) => {
    if (action.kind !== 'accept') return false
    const asked = [...parts(match)].filter((part): part is Extract<Formula, { op: 'in' }> => part.op === 'in')
    const has = (...fields: readonly string[]): boolean => asked.some(({ field }) => fields.includes(field))
    const states = asked.filter(({ field }) => field === 'ctState')
    if (states.length > 0 && !states.some(({ ranges }) => ranges.some(({ lo }) => lo === 0))) return false
    const near = [...parts(match)].some((part) => part.op === 'interface' || part.op === 'opaque')
    return !near && !has('src4', 'src6', 'icmpType') && !has('dport')
  })
}
