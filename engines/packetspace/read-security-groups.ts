import { parseNet, type Range } from './address.ts'
import { malformed } from './errors.ts'
import {
  type BlindSpot,
  type Branch,
  both,
  type Chain,
  ctIs,
  either,
  type Family,
  type Formula,
  inRange,
  type Rule,
  type RuleSet,
} from './ir.ts'
import { isObject, type Json, type JsonObject } from './nft-keys.ts'

export interface SecurityGroupOptions {
  /** The groups of one network interface; all groups of the document where it is not given. */
  readonly groups?: readonly string[]
  /** Addresses of the members of groups that rules refer to, as `10.0.0.1` or `10.0.0.0/24`. */
  readonly members?: ReadonlyMap<string, readonly string[]>
  /** Networks of prefix lists by their id. */
  readonly prefixLists?: ReadonlyMap<string, readonly string[]>
}

const PROTOCOLS: Readonly<Record<string, number>> = { tcp: 6, udp: 17, icmp: 1, icmpv6: 58 }
const PERMISSION_KEYS = [
  'IpProtocol',
  'FromPort',
  'ToPort',
  'IpRanges',
  'Ipv6Ranges',
  'PrefixListIds',
  'UserIdGroupPairs',
]

/**
 * The answer of `aws ec2 describe-security-groups` as a rule set: chain `sg ingress` at hook `input`, chain `sg egress` at `output`. Rules
 * allow and are one union, everything else is dropped, replies of allowed connections pass (the groups are stateful).
 *
 * @throws PacketspaceError `malformed`, `missing` for a group that is not in the document
 */
export function readSecurityGroups(json: unknown, options: SecurityGroupOptions = {}): RuleSet {
  const list = isObject(json as Json) ? (json as JsonObject)['SecurityGroups'] : undefined
  if (!Array.isArray(list)) throw malformed('the document has no list "SecurityGroups"')
  const groups = (list as readonly Json[]).filter(isObject)
  for (const id of options.groups ?? [])
    if (!groups.some((g) => g['GroupId'] === id)) throw malformed(`security group ${id} is not in the document`)
  const spots: BlindSpot[] = []
  const mine = groups.filter((g) => options.groups?.includes(String(g['GroupId'])) ?? true)
  const chain = (key: string, hook: 'input' | 'output', member: string): Chain => {
    const rules: Rule[] = [rule(`${key}#0`, 'replies', ctIs('established', 'related'))]
    for (const group of mine)
      for (const permission of listOf(group[member])) {
        const id = `${key}#${rules.length}`
        const match = permissionFormula(permission, hook === 'input' ? 'src' : 'dst', options, id, spots)
        rules.push(rule(id, `${String(group['GroupId'])} ${JSON.stringify(permission)}`, match))
      }
    return { key, families: ['ip4', 'ip6'], base: { hook, type: 'filter', priority: 0, policy: 'drop' }, rules }
  }
  const chains = [chain('sg ingress', 'input', 'IpPermissions'), chain('sg egress', 'output', 'IpPermissionsEgress')]
  return { chains: new Map(chains.map((c) => [c.key, c])), conntrack: true, blindSpots: spots }
}

function rule(id: string, text: string, match: Formula): Rule {
  const branches: Branch[] = [{ match, action: { kind: 'accept' } }]
  return { id, text, branches, effects: [] }
}

function listOf(json: Json | undefined): JsonObject[] {
  return Array.isArray(json) ? (json as readonly Json[]).filter(isObject) : []
}

function permissionFormula(
  permission: JsonObject,
  end: 'src' | 'dst',
  options: SecurityGroupOptions,
  place: string,
  spots: BlindSpot[],
): Formula {
  const opaque = (key: string): Formula => {
    spots.push({ code: 'opaque-match', place, text: key })
    return { op: 'opaque', key, stateful: false }
  }
  const far: Formula[] = []
  for (const range of listOf(permission['IpRanges'])) far.push(inNets(end, [String(range['CidrIp'])]))
  for (const range of listOf(permission['Ipv6Ranges'])) far.push(inNets(end, [String(range['CidrIpv6'])]))
  for (const list of listOf(permission['PrefixListIds'])) {
    const nets = options.prefixLists?.get(String(list['PrefixListId']))
    far.push(nets === undefined ? opaque(`${end} in prefix list ${String(list['PrefixListId'])}`) : inNets(end, nets))
  }
  for (const pair of listOf(permission['UserIdGroupPairs'])) {
    const nets = options.members?.get(String(pair['GroupId']))
    far.push(nets === undefined ? opaque(`${end} in group ${String(pair['GroupId'])}`) : inNets(end, nets))
  }
  const strange = Object.keys(permission).filter((key) => !PERMISSION_KEYS.includes(key))
  const more = strange.map((key) => opaque(`${place}: ${key} ${JSON.stringify(permission[key])}`))
  return both(service(permission, place), either(...far), ...more)
}

function inNets(end: 'src' | 'dst', nets: readonly string[]): Formula {
  const ranges: Record<Family, Range[]> = { ip4: [], ip6: [] }
  for (const text of nets) {
    const { family, range } = parseNet(text)
    ranges[family].push(range)
  }
  const parts: Formula[] = []
  if (ranges.ip4.length > 0) parts.push({ op: 'in', field: `${end}4`, ranges: ranges.ip4 })
  if (ranges.ip6.length > 0) parts.push({ op: 'in', field: `${end}6`, ranges: ranges.ip6 })
  return either(...parts)
}

function service(permission: JsonObject, place: string): Formula {
  const { IpProtocol, FromPort, ToPort } = permission
  if (IpProtocol === '-1' || IpProtocol === -1) return { op: 'true' }
  const number = PROTOCOLS[String(IpProtocol)] ?? (/^\d+$/.test(String(IpProtocol)) ? Number(IpProtocol) : undefined)
  if (number === undefined || number > 255) throw malformed(`${place}: unknown protocol ${String(IpProtocol)}`)
  const proto = inRange('proto', number)
  if (typeof FromPort !== 'number' || typeof ToPort !== 'number') return proto
  if (number === 6 || number === 17) {
    if (FromPort > ToPort || ToPort > 65535) throw malformed(`${place}: ports ${FromPort} to ${ToPort}`)
    // -1 stands for every port.
    return FromPort === -1 ? proto : both(proto, inRange('dport', FromPort, ToPort))
  }
  if (number !== 1 && number !== 58) return proto
  const type: Formula = FromPort === -1 ? { op: 'true' } : inRange('icmpType', FromPort)
  return both(proto, type, ToPort === -1 || FromPort === -1 ? { op: 'true' } : inRange('icmpCode', ToPort))
}
