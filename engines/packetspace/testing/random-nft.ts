import { formatAddress, type Value } from '../address.ts'
import type { Family } from '../ir.ts'
import type { Packet } from '../packet.ts'

type Random = (below: number) => number
/** `said`: a rule has said which protocols it means. */
type L4 = 'tcp' | 'udp' | 'icmp' | 'said' | ''

const pick = <T>(random: Random, list: readonly T[]): T => list[random(list.length)] as T
const list = (items: readonly string[]): string => `{ ${[...new Set(items)].join(', ')} }`
const some = <T>(random: Random, most: number, make: () => T): T[] => Array.from({ length: 1 + random(most) }, make)

const PORTS = [22, 53, 80, 443, 1000, 1024, 5432, 5433, 8080, 65535]
const NEAR_PORTS = [...PORTS, 79, 81, 1023, 1025, 5431, 40000]
const GROUPS = [0, 1, 2, 3, 200]
const LAST = [0, 1, 2, 7, 8, 15, 16, 31, 32, 127, 128, 255]
const PREFIXES = [16, 17, 20, 23, 24, 24, 25, 28, 30, 31, 32]
const STATES = ['new', 'established', 'invalid', 'new,invalid', '!= new', '{ new, established }', 'untracked']
const FLAGS = ['tcp flags syn', 'tcp flags & (syn | ack) == syn', 'tcp flags != syn', 'tcp flags == syn']
/** Sources are in 10.1.0.0/16 and fd00:1::/96, targets in 10.2.0.0/16 and fd00:2::/96. */
type End = 1 | 2

function address(random: Random, family: Family, end: End): Value {
  const low = pick(random, GROUPS) * 256 + pick(random, LAST)
  return family === 'ip4' ? 0x0a000000 + end * 65536 + low : (0xfd000000n << 96n) + (BigInt(end) << 96n) + BigInt(low)
}

const one = (random: Random, family: Family, end: End): string => formatAddress(address(random, family, end))

function prefix(random: Random, family: Family, end: End): string {
  const length = pick(random, PREFIXES)
  const value = address(random, family, end)
  const cut = 32 - length
  if (typeof value === 'number') return `${formatAddress(value - (value % 2 ** cut))}/${length}`
  return `${formatAddress((value >> BigInt(cut)) << BigInt(cut))}/${96 + length}`
}

function addresses(random: Random, family: Family, end: End): string {
  const kind = random(4)
  if (kind === 0) return prefix(random, family, end)
  if (kind === 1) {
    const [a, b] = [address(random, family, end), address(random, family, end)]
    return a < b ? `${formatAddress(a)}-${formatAddress(b)}` : formatAddress(a)
  }
  return list(some(random, 4, () => one(random, family, end)))
}

function ports(random: Random): string {
  const kind = random(3)
  const [a, b] = [pick(random, PORTS), pick(random, PORTS)]
  if (kind === 0) return `${a}`
  if (kind === 1) return a < b ? `${a}-${b}` : `${a}`
  return list(some(random, 4, () => `${pick(random, PORTS)}`))
}

/** Matches of one rule that do not contradict each other in what they imply. */
function match(random: Random, tracked: boolean): string {
  const not = (): string => (random(4) === 0 ? '!= ' : '')
  const family = pick(random, ['ip4', 'ip4', 'ip6', 'ip6', null] as const)
  const ip = family === 'ip4' ? 'ip' : 'ip6'
  const words: string[] = []
  let l4: L4 = ''
  for (let i = random(3); i >= 0; i--) {
    const kind = random(tracked ? 11 : 10)
    if (kind < 2 && family !== null) words.push(`${ip} saddr ${not()}${addresses(random, family, 1)}`)
    else if (kind < 4 && family !== null) words.push(`${ip} daddr ${not()}${addresses(random, family, 2)}`)
    else if (kind === 4 && family !== null) words.push(`${ip} saddr ${not()}@S${family.slice(2)}`)
    else if (kind === 5)
      words.push(pick(random, ['iifname "eth0"', 'iifname != "eth1"', 'oifname "eth*"', 'oifname "eth0"']))
    else if (kind === 6 && l4 === '') {
      l4 = 'said'
      words.push(`meta l4proto ${pick(random, ['tcp', 'udp', '{ tcp, udp }', '!= udp', 'icmp', 'ipv6-icmp'])}`)
    } else if (kind === 7 && l4 === '') {
      l4 = 'tcp'
      words.push(pick(random, FLAGS))
    } else if (kind === 8 && l4 === '' && family !== null) {
      l4 = 'tcp'
      words.push(`${ip} saddr . ${ip} daddr . tcp dport ${not()}@C${family.slice(2)}`)
    } else if (kind === 9 && l4 === '') {
      l4 = 'icmp'
      const icmp = family === 'ip6' || (family === null && random(2) === 0) ? 'icmpv6' : 'icmp'
      words.push(`${icmp} type ${pick(random, ['', '!= '])}echo-request`)
    } else if (kind === 10) words.push(`ct state ${pick(random, STATES)}`)
    else if (l4 === '') {
      l4 = pick(random, ['tcp', 'udp'])
      words.push(`${l4} ${pick(random, ['dport', 'dport', 'sport'])} ${not()}${ports(random)}`)
    }
  }
  return words.join(' ')
}

function rule(random: Random, tracked: boolean, below: readonly string[]): string {
  const calls = below.flatMap((chain) => [`jump ${chain}`, `goto ${chain}`])
  const verdicts = ['accept', 'accept', 'accept', 'drop', 'drop', 'return', 'counter', 'reject', ...calls]
  const kind = random(12)
  if (kind === 0) {
    const keys = [...new Set(some(random, 4, () => pick(random, PORTS)))]
    const data = ['accept', 'drop', 'continue', 'return', ...calls]
    return `${pick(random, ['tcp', 'udp'])} dport vmap ${list(keys.map((key) => `${key} : ${pick(random, data)}`))}`
  }
  if (kind === 1 && below.includes('z')) return pick(random, ['ip saddr vmap @V4', 'ip6 saddr vmap @V6'])
  return `${match(random, tracked)} ${pick(random, verdicts)}`
}

const HOPS = { ip4: '10.1.', ip6: 'fd00:1::' }

function named(random: Random, family: Family): string {
  const [n, type] = family === 'ip4' ? ['4', 'ipv4_addr'] : ['6', 'ipv6_addr']
  const elements = list(some(random, 4, () => one(random, family, 1)))
  const [from, to] = [pick(random, [prefix(random, family, 1), one(random, family, 1)]), prefix(random, family, 2)]
  const [low, high] =
    family === 'ip4' ? [`${HOPS.ip4}0.0/25`, `${HOPS.ip4}2.0/24`] : [`${HOPS.ip6}/121`, `${HOPS.ip6}200/120`]
  const data = [pick(random, ['accept', 'drop', 'jump z']), pick(random, ['accept', 'drop', 'continue'])]
  return `set S${n} { type ${type}; elements = ${elements}; }
set C${n} { type ${type} . ${type} . inet_service; flags interval; elements = { ${from} . ${to} . ${pick(random, ['80', '5432-5433', '22-1024'])} }; }
map V${n} { type ${type} : verdict; flags interval; elements = { ${low} : ${data[0]}, ${high} : ${data[1]} }; }`
}

function translation(random: Random): string {
  const to = (family: Family): string => {
    const target = one(random, family, 2)
    const port = random(2) === 0 ? `:${pick(random, PORTS)}` : ''
    return family === 'ip4' ? `dnat ip to ${target}${port}` : `dnat ip6 to [${target}]${port}`
  }
  const rules = some(random, 6, () => {
    const family = pick(random, ['ip4', 'ip6'] as const)
    const daddr = `${family === 'ip4' ? 'ip' : 'ip6'} daddr ${addresses(random, family, 2)}`
    return `${pick(random, ['', '', daddr])} ${pick(random, ['tcp', 'udp'])} dport ${ports(random)} ${to(family)}`
  })
  const source = pick(random, ['masquerade', 'ip saddr 10.1.1.0/24 snat ip to 10.9.0.1', ''])
  return `chain pre { type nat hook prerouting priority -100; policy accept;\n${rules.join('\n')}\n}
chain post { type nat hook postrouting priority 100; policy accept;\n${source}\n}`
}

/** A rule set in the language of nft, of both families: sets, intervals, concatenations, verdict maps, chains that call each other, NAT. */
export function randomNft(random: Random): string {
  const tracked = random(3) === 0
  const translates = random(3) === 0
  const chain = (name: string, head: string, count: number, below: readonly string[]): string =>
    `chain ${name} { ${head}\n${Array.from({ length: count }, () => rule(random, tracked, below)).join('\n')}\n}`
  const parts = [
    ...(['ip4', 'ip6'] as const).map((family) => named(random, family)),
    chain('z', '', 1 + random(5), []),
    chain('y', '', 1 + random(5), ['z']),
    chain('x', '', 1 + random(5), ['y', 'z']),
    chain('f', `type filter hook forward priority 0; policy ${pick(random, ['accept', 'drop'])};`, 3 + random(12), [
      'x',
      'y',
      'z',
    ]),
  ]
  if (random(4) === 0)
    parts.push(
      `chain g { type filter hook forward priority ${pick(random, [-10, 10])}; policy accept;\n${match(random, false)} drop\n}`,
    )
  if (translates) parts.push(translation(random))
  const single = `table ip u { chain h { type filter hook forward priority 20; policy accept;\ntcp dport ${ports(random)} drop\n}\n}\n`
  return `table inet t {\n${parts.join('\n')}\n}\n${random(5) === 0 ? single : ''}`
}

/** SYN and a bare ACK begin a connection; the others belong to none. */
const INVALID: readonly number[] = [18, 17, 4]

/** First packets that no two share ends, so that none answers or continues another. */
export function randomPackets(random: Random, count: number): Packet[] {
  const packets = new Map<string, Packet>()
  while (packets.size < count) {
    const family = pick(random, ['ip4', 'ip6'] as const)
    const l4 = pick(random, ['tcp', 'tcp', 'tcp', 'udp', 'udp', 'icmp'] as const)
    const [src, dst] = [address(random, family, 1), address(random, family, 2)]
    const proto = l4 === 'tcp' ? 6 : l4 === 'udp' ? 17 : family === 'ip4' ? 1 : 58
    const withPorts = l4 !== 'icmp'
    const tcpFlags = l4 === 'tcp' ? pick(random, [2, 2, 2, 2, 16, 18, 17, 4]) : 0
    const sport = withPorts ? pick(random, NEAR_PORTS) : 0
    packets.set(`${src} ${proto} ${sport} ${withPorts ? '' : dst}`, {
      family,
      src,
      dst,
      proto,
      sport,
      dport: withPorts ? pick(random, NEAR_PORTS) : 0,
      icmpType: withPorts ? 0 : family === 'ip4' ? 8 : 128,
      icmpCode: 0,
      tcpFlags,
      ctState: INVALID.includes(tcpFlags) ? 3 : 0,
      fragment: 0,
      iif: 'eth0',
      oif: 'eth1',
      opaque: new Map(),
    })
  }
  return [...packets.values()]
}
