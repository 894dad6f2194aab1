import { parseNet, type Range } from './address.ts'
import type { Action, Family, NatTarget } from './ir.ts'

export interface IptablesTarget {
  /** Empty: the rule only counts. */
  readonly name: string
  readonly goto: boolean
  /** The words behind the target. */
  readonly options: readonly string[]
}

interface TargetContext {
  readonly family: Family
  readonly name: (text: string) => string
  /** Key of a chain of the same table, undefined where there is none of that name. */
  readonly chain: (name: string) => string | undefined
  readonly spot: (text: string) => void
}

/** Targets after which the rules go on, with what they write. */
const GOING_ON: Readonly<Record<string, readonly string[]>> = {
  '': [],
  LOG: [],
  NFLOG: [],
  ULOG: [],
  AUDIT: [],
  TRACE: [],
  TEE: [],
  LED: [],
  IDLETIMER: [],
  TCPMSS: ['mangle'],
  TCPOPTSTRIP: ['mangle'],
  CHECKSUM: ['mangle'],
  CLASSIFY: ['mangle'],
  TOS: ['mangle'],
  DSCP: ['mangle'],
  ECN: ['mangle'],
  TTL: ['mangle'],
  HL: ['mangle'],
  MARK: ['mark'],
  CONNMARK: ['mark'],
  SECMARK: ['mark'],
  CONNSECMARK: ['mark'],
  SET: ['set'],
  CT: ['notrack'],
  NOTRACK: ['notrack'],
}

/** What a target does. What is not known may do anything. */
export function targetAction(
  target: IptablesTarget,
  context: TargetContext,
): { action: Action; effects: readonly string[] } {
  const { name } = target
  const chain = context.chain(name)
  if (chain !== undefined) return { action: { kind: target.goto ? 'goto' : 'jump', chain }, effects: [] }
  const effects = GOING_ON[name]
  if (effects !== undefined) return { action: { kind: 'none' }, effects }
  switch (name) {
    case 'ACCEPT':
      return { action: { kind: 'accept' }, effects: [] }
    case 'DROP':
    case 'REJECT':
      return { action: { kind: 'drop' }, effects: [] }
    case 'RETURN':
      return { action: { kind: 'return' }, effects: [] }
    case 'DNAT':
    case 'SNAT':
    case 'MASQUERADE':
    case 'REDIRECT':
      return { action: { kind: 'nat', to: natTarget(name, target.options, context.family) }, effects: ['nat'] }
    case 'QUEUE':
    case 'NFQUEUE': {
      const text = context.name(name)
      context.spot(text)
      const bypass = target.options.includes('--queue-bypass')
      return {
        action: { kind: 'unknown', text, may: bypass ? ['accept', 'drop', 'pass'] : ['accept', 'drop'] },
        effects: [],
      }
    }
  }
  const text = context.name(`-j ${name}`)
  context.spot(text)
  return { action: { kind: 'unknown', text, may: ['pass', 'accept', 'drop', 'return'] }, effects: ['unknown'] }
}

function natTarget(name: string, options: readonly string[], family: Family): NatTarget {
  const kind = name === 'DNAT' || name === 'REDIRECT' ? 'dnat' : 'snat'
  const after = (...names: readonly string[]): string | undefined => {
    const at = options.findIndex((o) => names.includes(o))
    return at < 0 ? undefined : options[at + 1]
  }
  const portsOnly = after('--to-ports')
  if (name === 'REDIRECT' || name === 'MASQUERADE') {
    const ports = portsOnly === undefined ? undefined : portRange(portsOnly)
    const base: NatTarget = name === 'REDIRECT' ? { kind, family, toHost: true } : { kind, family, anyAddress: true }
    return ports === undefined ? base : { ...base, ports: [ports] }
  }
  const to = after('--to-destination', '--to-source') ?? ''
  const v6 = /^\[([^\]]+)\](?::(.+))?$/.exec(to)
  const [address = '', port] = v6 !== null ? [v6[1], v6[2]] : family === 'ip4' ? to.split(':') : [to]
  const ports = port === undefined ? {} : { ports: [portRange(port)] }
  if (address === '') return { kind, family, ...(port === undefined ? { anyAddress: true } : {}), ...ports }
  try {
    return { kind, family, addresses: [parseNet(address).range], ...ports }
  } catch {
    return { kind, family, anyAddress: true, ...ports }
  }
}

function portRange(text: string): Range {
  const [lo = 0, hi = lo] = text.split('-').map(Number)
  return lo >= 0 && hi >= lo && hi <= 65535 ? { lo, hi } : { lo: 0, hi: 65535 }
}
