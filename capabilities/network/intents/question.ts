import { parseNet, type Range } from '../../../engines/packetspace/address.ts'
import {
  both,
  ctIs,
  either,
  type Family,
  type Formula,
  inRange,
  NEVER,
  negate,
} from '../../../engines/packetspace/ir.ts'
import type { Intent, NetworkConfig, Segment } from '../../../kernel/config/network-config.ts'

const PROTOCOL = { tcp: 6, udp: 17 } as const
const ICMP = { ip4: 1, ip6: 58 } as const

/**
 * First packets that must not come through if an intent is to hold: to its segment, and neither from where it may be reached with what it
 * may be reached with. Loopback is no network.
 *
 * @param hook - `input`: to the host itself, whatever address of it; `forward`: to addresses of the segment
 */
export function forbidden(config: NetworkConfig, intent: Intent, family: Family, hook: 'input' | 'forward'): Formula {
  const to = config.segments.find(({ name }) => name === intent.to)
  const services =
    intent.services.length === 0 ? null : either(...intent.services.map((text) => serviceFormula(text, family)))
  const from = either(...intent.from.map((name) => addresses(config, name, 'src', family)))
  const allowed = services === null ? from : both(from, services)
  const wanted = intent.covers === 'services' && services !== null ? services : null
  const target = hook === 'forward' && to !== undefined ? addresses(config, to.name, 'dst', family) : null
  return both(
    { op: 'family', is: family },
    ctIs('new'),
    // Where connections are tracked there are no later fragments.
    inRange('fragment', 0),
    negate({ op: 'interface', field: 'iif', names: ['lo'] }),
    ...unroutable(family),
    ...(target === null ? [] : [target]),
    ...(wanted === null ? [] : [wanted]),
    negate(allowed),
  )
}

/** Packets with such addresses come over no network (RFC 6890, RFC 4291): unspecified, loopback, multicast, reserved. */
const NOWHERE: Readonly<Record<Family, readonly string[]>> = {
  ip4: ['0.0.0.0/8', '127.0.0.0/8', '224.0.0.0/3'],
  ip6: ['::/8', 'ff00::/8'],
}

const unroutable = (family: Family): readonly Formula[] =>
  (['src', 'dst'] as const).map((end) =>
    negate(within({ name: '', hosts: [], addresses: NOWHERE[family] }, end, family)),
  )

/** A first packet of TCP from an ordinary port: what a replay can send. */
export const ordinary: Formula = both(
  inRange('proto', PROTOCOL.tcp),
  { op: 'flags', mask: 0x17, equals: 0x02 },
  inRange('sport', 1024, 65_535),
  inRange('dport', 1, 65_535),
)

/** From elsewhere to an address of the segment, as most packets are. */
export const between = (config: NetworkConfig, intent: Intent, family: Family): Formula =>
  both(addresses(config, intent.to, 'dst', family), negate(addresses(config, intent.to, 'src', family)))

/** Addresses of a segment, of one family. */
function addresses(config: NetworkConfig, name: string, end: 'src' | 'dst', family: Family): Formula {
  const segment = config.segments.find((one) => one.name === name)
  if (segment === undefined) return NEVER
  if (segment.addresses === 'internet')
    return negate(
      either(
        ...config.segments.flatMap((other) => (other.addresses === 'internet' ? [] : [within(other, end, family)])),
      ),
    )
  return within(segment, end, family)
}

function within({ addresses: list }: Segment, end: 'src' | 'dst', family: Family): Formula {
  const ranges: Range[] = []
  for (const text of list === 'internet' ? [] : list) {
    const net = parseNet(text)
    if (net.family === family) ranges.push(net.range)
  }
  const field = family === 'ip4' ? (`${end}4` as const) : (`${end}6` as const)
  return ranges.length === 0 ? NEVER : { op: 'in', field, ranges }
}

function serviceFormula(text: string, family: Family): Formula {
  if (text === 'icmp') return inRange('proto', ICMP[family])
  const [protocol = '', ports = ''] = text.split('/')
  const [low = '', high = low] = ports.split('-')
  return both(
    inRange('proto', PROTOCOL[protocol as keyof typeof PROTOCOL]),
    inRange('dport', Number(low), Number(high)),
  )
}
