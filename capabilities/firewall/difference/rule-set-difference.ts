import { dormantTables } from '../../../engines/packetspace/canonical-nft.ts'
import { type Difference, difference, type Region } from '../../../engines/packetspace/difference.ts'
import { PacketspaceError } from '../../../engines/packetspace/errors.ts'
import { formatBox, type Labels } from '../../../engines/packetspace/format-box.ts'
import type { Family, Hook, RuleSet } from '../../../engines/packetspace/ir.ts'
import { formatPacket } from '../../../engines/packetspace/packet.ts'
import { interfacesOf, PacketSpace } from '../../../engines/packetspace/packet-fields.ts'
import { readNftJson } from '../../../engines/packetspace/read-nft-json.ts'
import type { NftRules } from '../../../kernel/act/firewall-desk.ts'
import type { DifferenceView } from '../contract.ts'

export const HOOKS: readonly Hook[] = ['ingress', 'prerouting', 'input', 'forward', 'output', 'postrouting']
export const FAMILIES: readonly Family[] = ['ip4', 'ip6']
const BUDGET = 8_000_000
const MOST_BOXES = 24
const MOST_BESIDES = 50
const MOST_CHARACTERS = 500

export const readRules = ({ json, text }: Pick<NftRules, 'json' | 'text'>): RuleSet =>
  readNftJson(json, { dormant: dormantTables(text) })

/**
 * What a change of rules does to packets, in few boxes with the names of segments, and what it changes besides.
 *
 * @throws {PacketspaceError} `malformed`
 */
export function ruleSetDifference(before: RuleSet, after: RuleSet, labels: Labels = new Map()): DifferenceView {
  const hooks: DifferenceView['hooks'][number][] = []
  let open = false
  for (const family of FAMILIES) {
    for (const hook of HOOKS) {
      try {
        const space = new PacketSpace(family, interfacesOf(before, after), BUDGET)
        const view = hookView(space, hook, difference(space, before, after, hook), labels)
        if (view !== null) hooks.push(view)
      } catch (error) {
        // Beyond the budget nobody can say what changes; that it may is said.
        if (!(error instanceof PacketspaceError) || error.code !== 'budget') throw error
        open = true
      }
    }
  }
  return assembled(hooks, before, after, open)
}

/** The parts of a difference as one view. @param open - something of it could not be computed */
export function assembled(
  hooks: readonly DifferenceView['hooks'][number][],
  before: RuleSet,
  after: RuleSet,
  open = false,
): DifferenceView {
  const besides = besidesOf(before, after)
  const sure = hooks.some((hook) => hook.example.opened !== null || hook.example.closed !== null)
  const verdict = sure ? 'different' : hooks.length > 0 || besides.length > 0 || open ? 'undecided' : 'equal'
  const blindSpots = after.blindSpots
    .slice(0, MOST_BESIDES)
    .map(({ code, place, text }) => cut(`${code}: ${place}: ${text}`))
  if (open) blindSpots.unshift('budget: too large to compare')
  return { verdict, hooks: [...hooks], besides: [...besides], blindSpots }
}

/** Null where nothing changes. */
export function hookView(
  space: PacketSpace,
  hook: Hook,
  { verdict, opened, closed }: Difference,
  labels: Labels,
): DifferenceView['hooks'][number] | null {
  if (verdict === 'equal') return null
  const boxes = ({ boxes }: Region): string[] =>
    boxes.boxes.slice(0, MOST_BOXES).map((box) => cut(formatBox(space, box, labels)))
  const example = (region: Region): string | null => {
    const packet = space.witness(region.certain)
    return packet === undefined ? null : formatPacket(packet)
  }
  const whole = (region: Region): boolean => region.boxes.complete && region.boxes.boxes.length <= MOST_BOXES
  return {
    family: space.family,
    hook,
    opened: boxes(opened),
    closed: boxes(closed),
    complete: whole(opened) && whole(closed),
    because: [...new Set([...opened.because, ...closed.because])].slice(0, MOST_BESIDES).map(cut),
    example: { opened: example(opened), closed: example(closed) },
  }
}

/** Rules that translate, mark or change sets, chain by chain, and how base chains are hooked in. */
function besidesOf(before: RuleSet, after: RuleSet): DifferenceView['besides'] {
  const [old, now] = [acting(before), acting(after)]
  const places = [...new Set([...old.keys(), ...now.keys()])].sort()
  return places
    .filter((place) => old.get(place) !== now.get(place))
    .slice(0, MOST_BESIDES)
    .map((place) => ({ place, before: cutOrNull(old.get(place)), after: cutOrNull(now.get(place)) }))
}

function acting({ chains, conntrack }: RuleSet): ReadonlyMap<string, string> {
  const found = new Map<string, string>([['connection tracking', String(conntrack)]])
  for (const { key, base, rules } of chains.values()) {
    const translates = base?.type === 'nat' || base?.type === 'route'
    const texts = rules.filter(({ effects }) => translates || effects.length > 0).map(({ text }) => text)
    if (texts.length > 0) found.set(key, texts.join('\n'))
  }
  return found
}

const cut = (text: string): string => (text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text)
const cutOrNull = (text: string | undefined): string | null => (text === undefined ? null : cut(text))
