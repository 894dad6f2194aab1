import { PacketspaceError } from './errors.ts'
import type { Action, Chain, Formula, Hook, Rule, RuleSet } from './ir.ts'
import type { Packet } from './packet.ts'
import { nameMatches } from './packet-fields.ts'

/** Three values: undefined is not known. */
export type Truth = boolean | undefined

/** One packet's way: the rules that acted on it, and what was not known on the way. */
export interface Trace {
  /** `undecided`: it depends on the predicates of `because`. */
  readonly verdict: 'accept' | 'drop' | 'undecided'
  /** Identifiers of the rules that matched, in order; for `undecided` those of one of the ways. */
  readonly path: readonly string[]
  readonly because: readonly string[]
}

const DEPTH = 64

/** Whether a packet satisfies a formula, by plain evaluation (Kleene's three values). */
export function evaluate(f: Formula, packet: Packet, because?: Set<string>): Truth {
  switch (f.op) {
    case 'true':
      return true
    case 'false':
      return false
    case 'family':
      return f.is === packet.family
    case 'in': {
      const value = fieldOf(f.field, packet)
      return value !== undefined && f.ranges.some(({ lo, hi }) => value >= lo && value <= hi)
    }
    case 'flags':
      return (packet.tcpFlags & f.mask) === f.equals
    case 'interface':
      return f.names.some((name) => nameMatches(name, packet[f.field]))
    case 'opaque': {
      const known = f.stateful ? undefined : packet.opaque.get(f.key)
      if (known === undefined) because?.add(f.key)
      return known
    }
    case 'not': {
      const of = evaluate(f.of, packet, because)
      return of === undefined ? undefined : !of
    }
    default: {
      const decided = f.op === 'or'
      const unknown = new Set<string>()
      let result: Truth = !decided
      for (const part of f.of) {
        const value = evaluate(part, packet, unknown)
        if (value === decided) return decided
        if (value === undefined) result = undefined
      }
      if (result === undefined) for (const key of unknown) because?.add(key)
      return result
    }
  }
}

function fieldOf(field: string, packet: Packet): number | bigint | undefined {
  if (field === 'src4' || field === 'src6')
    return field.endsWith('4') === (packet.family === 'ip4') ? packet.src : undefined
  if (field === 'dst4' || field === 'dst6')
    return field.endsWith('4') === (packet.family === 'ip4') ? packet.dst : undefined
  return packet[field as 'proto']
}

type Outcome = 'accept' | 'drop' | 'return' | 'pass'
/** Each outcome that is possible with the first way found to it. */
type Outcomes = Map<Outcome, readonly string[]>

/**
 * One packet through all base chains of a hook, rule by rule, without any set of packets: what everything else in this package
 * is compared with. Chains of type `nat` see first packets only, and nobody where nothing turns connection tracking on.
 *
 * @throws PacketspaceError `missing` for a jump to a chain that is not there, `loop` for chains that call themselves
 */
export function interpret(rules: RuleSet, hook: Hook, packet: Packet): Trace {
  const because = new Set<string>()
  const path: string[] = []
  let undecided = false
  let undecidedPath: readonly string[] = []
  for (const chain of baseChains(rules, hook, packet)) {
    const ends = chainVerdicts(rules, chain, packet, because)
    const accept = ends.get('accept')
    const drop = ends.get('drop')
    if (accept === undefined) return { verdict: 'drop', path: [...path, ...(drop ?? [])], because: [] }
    if (drop !== undefined) {
      undecided = true
      undecidedPath = [...undecidedPath, ...drop]
    }
    path.push(...accept)
  }
  if (undecided) return { verdict: 'undecided', path: undecidedPath, because: [...because] }
  return { verdict: 'accept', path, because: [] }
}

/** Base chains of a hook that see the packet, by priority. */
function baseChains(rules: RuleSet, hook: Hook, packet: Packet): Chain[] {
  return [...rules.chains.values()]
    .filter(({ base, families }) => base?.hook === hook && families.includes(packet.family))
    .filter(({ base }) => base?.type !== 'nat' || (rules.conntrack && packet.ctState === 0))
    .sort((a, b) => (a.base?.priority ?? 0) - (b.base?.priority ?? 0))
}

/** What a base chain may say of a packet, its policy included. */
export function chainVerdicts(rules: RuleSet, chain: Chain, packet: Packet, because: Set<string>): Outcomes {
  const ends = runChain(rules, chain, packet, because, 0)
  const rest = ends.get('pass') ?? ends.get('return')
  const policy = chain.base?.policy
  if (rest !== undefined && policy !== undefined && !ends.has(policy))
    ends.set(policy, [...rest, `${chain.key} policy`])
  return ends
}

function runChain(rules: RuleSet, chain: Chain, packet: Packet, because: Set<string>, depth: number): Outcomes {
  if (depth > DEPTH) throw new PacketspaceError('loop', `chain ${chain.key} calls itself`)
  const ends: Outcomes = new Map()
  let way: readonly string[] | undefined = []
  for (const rule of chain.rules) {
    const of: Outcomes = runRule(rules, rule, packet, because, depth)
    for (const [outcome, path] of of) if (outcome !== 'pass' && !ends.has(outcome)) ends.set(outcome, [...way, ...path])
    const on: readonly string[] | undefined = of.get('pass')
    if (on === undefined) return ends
    way = on.length === 0 ? way : [...way, ...on]
  }
  ends.set('pass', way)
  return ends
}

function runRule(rules: RuleSet, rule: Rule, packet: Packet, because: Set<string>, depth: number): Outcomes {
  const ends: Outcomes = new Map()
  for (const { match, action } of rule.branches) {
    const holds = evaluate(match, packet, because)
    if (holds === false) continue
    for (const [outcome, path] of act(rules, rule, action, packet, because, depth))
      if (!ends.has(outcome)) ends.set(outcome, [rule.id, ...path])
    if (holds === true) return ends
  }
  // The packet may have matched nothing: the shortest way.
  ends.set('pass', [])
  return ends
}

function act(
  rules: RuleSet,
  rule: Rule,
  action: Action,
  packet: Packet,
  because: Set<string>,
  depth: number,
): Outcomes {
  switch (action.kind) {
    case 'accept':
    case 'drop':
    case 'return':
      return new Map([[action.kind, []]])
    case 'nat':
      return new Map([['accept', []]])
    case 'none':
      return new Map([['pass', []]])
    case 'unknown':
      because.add(action.text)
      return new Map(action.may.map((outcome) => [outcome, []]))
    default: {
      const target = rules.chains.get(action.chain)
      if (target === undefined)
        throw new PacketspaceError('missing', `${rule.id} goes to ${action.chain}, which is not there`)
      const ends = runChain(rules, target, packet, because, depth + 1)
      const back = ends.get('pass') ?? ends.get('return')
      ends.delete('pass')
      ends.delete('return')
      if (back !== undefined) ends.set(action.kind === 'jump' ? 'pass' : 'return', back)
      return ends
    }
  }
}
