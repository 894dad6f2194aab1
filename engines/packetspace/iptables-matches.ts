import { parseNet, type Range } from './address.ts'
import { malformed } from './errors.ts'
import {
  both,
  CT_STATES,
  type CtState,
  ctIs,
  type Family,
  type Formula,
  inRange,
  negate,
  type ValueField,
} from './ir.ts'
import { ICMP_CODES, ICMP_TYPES, ICMPV6_TYPES, PORT_PROTOCOLS, PORTS, PROTOCOLS, TCP_FLAGS } from './nft-symbols.ts'

/** One option of a rule: `! --dport 22:25` is `{name: '--dport', values: ['22:25'], negated: true}`. */
export interface Option {
  readonly name: string
  readonly values: readonly string[]
  readonly negated: boolean
}

const FIRST = inRange('fragment', 0)

const number = (text: string, table: Readonly<Record<string, number>>): number | undefined =>
  /^\d+$/.test(text) ? Number(text) : table[text]

function portRanges(list: string): Range[] | undefined {
  const ranges = list.split(',').map((part) => {
    const [from = '', to] = part.split(':')
    const lo = from === '' ? 0 : number(from, PORTS)
    const hi = to === undefined ? lo : to === '' ? 65535 : number(to, PORTS)
    return lo === undefined || hi === undefined || lo > hi || hi > 65535 ? undefined : { lo, hi }
  })
  return ranges.some((r) => r === undefined) ? undefined : (ranges as Range[])
}

/** Protocols that have ports, as `-m multiport` wants them. */
const PORTED: Formula = { op: 'in', field: 'proto', ranges: PORT_PROTOCOLS.map((n) => ({ lo: n, hi: n })) }

function ports(fields: readonly ('sport' | 'dport')[], list: string, negated: boolean): Formula | undefined {
  const ranges = portRanges(list)
  if (ranges === undefined) return undefined
  const parts = fields.map((field): Formula => ({ op: 'in', field, ranges }))
  const any: Formula = parts.length === 1 ? (parts[0] as Formula) : { op: 'or', of: parts }
  return both(PORTED, FIRST, negated ? negate(any) : any)
}

function address(end: 'src' | 'dst', family: Family, list: string, place: string): Formula {
  const ranges = list.split(',').map((text) => {
    const net = parseNet(text)
    if (net.family !== family) throw malformed(`${place}: "${text}" is of the other family`)
    return net.range
  })
  return { op: 'in', field: `${end}${family === 'ip4' ? '4' : '6'}` as ValueField, ranges }
}

function protocol(text: string): Formula | undefined {
  if (text === 'all' || text === '0') return { op: 'true' }
  const n = number(text.toLowerCase(), { ...PROTOCOLS, icmp6: 58 })
  return n === undefined || n > 255 ? undefined : inRange('proto', n)
}

function icmp(text: string, family: Family, negated: boolean): Formula | undefined {
  const header = both(inRange('proto', family === 'ip4' ? 1 : 58), FIRST)
  const [typeText = '', codeText] = text.split('/')
  const unreachable = family === 'ip4' ? ICMP_CODES[typeText] : undefined
  const type = unreachable === undefined ? number(typeText, family === 'ip4' ? ICMP_TYPES : ICMPV6_TYPES) : 3
  if (text === 'any' || (type === 255 && family === 'ip4')) return negated ? { op: 'false' } : header
  if (type === undefined || (codeText !== undefined && !/^\d+$/.test(codeText))) return undefined
  const code = unreachable ?? (codeText === undefined ? undefined : Number(codeText))
  const test = both(inRange('icmpType', type), code === undefined ? { op: 'true' } : inRange('icmpCode', code))
  return both(header, negated ? negate(test) : test)
}

function tcpFlags(mask: string, set: string): Formula | undefined {
  const bits = (text: string): number | undefined => {
    if (text === 'NONE') return 0
    if (text === 'ALL') return 63
    let sum = 0
    for (const name of text.split(',')) {
      const bit = TCP_FLAGS[name.toLowerCase()]
      if (bit === undefined) return undefined
      sum |= bit
    }
    return sum
  }
  const [m, s] = [bits(mask), bits(set)]
  if (m === undefined || s === undefined) return undefined
  return (s & ~m) !== 0 ? { op: 'false' } : { op: 'flags', mask: m, equals: s }
}

function ctStates(list: string): Formula | undefined {
  const names = list.split(',').map((n) => n.toLowerCase())
  return names.every((n): n is CtState => CT_STATES.some((s) => s === n)) ? ctIs(...(names as CtState[])) : undefined
}

const interfaceName = (text: string): string => (text.endsWith('+') ? `${text.slice(0, -1)}*` : text)
const signed = (f: Formula | undefined, negated: boolean): Formula | undefined =>
  f === undefined ? undefined : negated ? negate(f) : f

/** Number of values an option takes; options that are not here have as many as follow up to the next option. */
export const ARITY: Readonly<Record<string, number>> = { '-f': 0, '--fragment': 0, '--syn': 0, '--tcp-flags': 2 }

/**
 * One option as a formula; undefined where its value cannot be read or the option is none of those with a packet field behind it.
 *
 * @param place for errors
 * @throws PacketspaceError `malformed` for addresses that are none
 */
export function optionFormula(option: Option, module: string, family: Family, place: string): Formula | undefined {
  const { name, negated } = option
  const [value = '', second = ''] = option.values
  switch (name) {
    case '-s':
    case '--source':
    case '--src':
      return signed(address('src', family, value, place), negated)
    case '-d':
    case '--destination':
    case '--dst':
      return signed(address('dst', family, value, place), negated)
    case '-i':
    case '--in-interface':
      return signed({ op: 'interface', field: 'iif', names: [interfaceName(value)] }, negated)
    case '-o':
    case '--out-interface':
      return signed({ op: 'interface', field: 'oif', names: [interfaceName(value)] }, negated)
    case '-p':
    case '--protocol':
      return signed(protocol(value), negated)
    case '-f':
    case '--fragment':
      return inRange('fragment', negated ? 0 : 1)
    case '--dport':
    case '--destination-port':
    case '--dports':
    case '--destination-ports':
      return ports(['dport'], value, negated)
    case '--sport':
    case '--source-port':
    case '--sports':
    case '--source-ports':
      return ports(['sport'], value, negated)
    case '--ports':
      return ports(['sport', 'dport'], value, negated)
    case '--tcp-flags': {
      const flags = signed(tcpFlags(value, second), negated)
      return flags === undefined ? undefined : both(inRange('proto', 6), FIRST, flags)
    }
    case '--syn':
      return both(inRange('proto', 6), FIRST, signed({ op: 'flags', mask: 23, equals: 2 }, negated) ?? { op: 'false' })
    case '--icmp-type':
    case '--icmpv6-type':
      return icmp(value, family, negated)
    case '--state':
      return module === 'state' ? signed(ctStates(value), negated) : undefined
    case '--ctstate':
      return module === 'conntrack' ? signed(ctStates(value), negated) : undefined
    case '--src-range':
      return signed(address('src', family, value, place), negated)
    case '--dst-range':
      return signed(address('dst', family, value, place), negated)
    case '--comment':
      return { op: 'true' }
  }
  return undefined
}
