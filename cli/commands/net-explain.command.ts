import { parseAddress } from '../../engines/packetspace/address.ts'
import { PacketspaceError } from '../../engines/packetspace/errors.ts'
import { interpret } from '../../engines/packetspace/interpret.ts'
import { formatPacket, type Packet } from '../../engines/packetspace/packet.ts'
import { defineCommand, type Invocation } from '../command.ts'
import { oneOf, required, wrongUsage } from '../options.ts'
import { IP6_OPTION, ruleSetFrom } from '../remote/rule-file.ts'

const HOOKS = ['input', 'forward', 'output'] as const
const SERVICE = /^(?:(tcp|udp)\/([0-9]{1,5})|icmp)$/
const ENDS = { accept: 0, drop: 1, undecided: 3 } as const
const WORDS = {
  accept: ['kommt durch', 'is accepted'],
  drop: ['wird verworfen', 'is dropped'],
  undecided: ['nicht zu entscheiden', 'cannot be decided'],
} as const
/** Source port of the first packet, as clients choose it. */
const SOURCE_PORT = 40_000
const SYN = 2

/** `bergfried net explain FILE --from A --to B --service tcp/443`: what becomes of the first packet, and by which rules. Needs no server. */
export const netExplain = defineCommand({
  name: 'net explain',
  summary: {
    de: 'zeigt, was Regeln einer Datei mit dem ersten Paket einer Verbindung tun, und welche',
    en: 'shows what rules of a file do to the first packet of a connection, and which',
  },
  args: [
    {
      name: 'FILE',
      help: { de: 'nft -j list ruleset oder iptables-save', en: 'nft -j list ruleset or iptables-save' },
    },
  ],
  options: {
    from: { type: 'string', value: 'ADDRESS', help: { de: 'woher', en: 'where from' } },
    to: { type: 'string', value: 'ADDRESS', help: { de: 'wohin', en: 'where to' } },
    service: { type: 'string', value: 'tcp/443', help: { de: 'tcp/N, udp/N oder icmp', en: 'tcp/N, udp/N or icmp' } },
    hook: {
      type: 'string',
      value: 'input',
      help: { de: 'input, forward oder output', en: 'input, forward or output' },
    },
    in: {
      type: 'string',
      value: 'eth0',
      help: { de: 'Schnittstelle, an der es ankommt', en: 'interface it comes in by' },
    },
    out: {
      type: 'string',
      value: 'eth1',
      help: { de: 'Schnittstelle, über die es geht', en: 'interface it leaves by' },
    },
    ...IP6_OPTION,
  },
  async run(world, { args, options }) {
    const hook = oneOf(options['hook'] ?? 'input', HOOKS, '--hook')
    const packet = packetOf(options, hook)
    const rules = await ruleSetFrom(world, args[0] ?? '', options['ip6'] === true)
    const texts = new Map([...rules.chains.values()].flatMap((chain) => chain.rules.map(({ id, text }) => [id, text])))
    try {
      const { verdict, path, because } = interpret(rules, hook, packet)
      world.out(`${formatPacket(packet)}: ${WORDS[verdict][world.lang === 'de' ? 0 : 1]}`)
      for (const id of path) world.out(`    ${id}${texts.has(id) ? `: ${texts.get(id)}` : ''}`)
      for (const match of because) world.out(`  ? ${match}`)
      return ENDS[verdict]
    } catch (error) {
      if (!(error instanceof PacketspaceError)) throw error
      throw wrongUsage(`Nicht zu beurteilen: ${error.message}`, `Cannot be judged: ${error.message}`)
    }
  },
})

function packetOf(options: Invocation['options'], hook: (typeof HOOKS)[number]): Packet {
  const [from, to] = [parseAddress(required(options, 'from')), parseAddress(required(options, 'to'))]
  if (from === undefined || to === undefined || from.family !== to.family)
    throw wrongUsage('--from und --to sind Adressen einer Art.', '--from and --to are addresses of one family.')
  const said = SERVICE.exec(required(options, 'service'))
  const port = Number(said?.[2] ?? 0)
  if (said === null || port > 65_535)
    throw wrongUsage('--service ist tcp/N, udp/N oder icmp.', '--service is tcp/N, udp/N or icmp.')
  const v4 = from.family === 'ip4'
  const proto = said[1] === 'tcp' ? 6 : said[1] === 'udp' ? 17 : v4 ? 1 : 58
  const ports = said[1] !== undefined
  return {
    family: from.family,
    src: from.value,
    dst: to.value,
    proto,
    sport: ports ? SOURCE_PORT : 0,
    dport: port,
    icmpType: ports ? 0 : v4 ? 8 : 128,
    icmpCode: 0,
    tcpFlags: proto === 6 ? SYN : 0,
    ctState: 0,
    fragment: 0,
    iif: hook === 'output' ? '' : String(options['in'] ?? 'eth0'),
    oif: hook === 'input' ? '' : String(options['out'] ?? 'eth1'),
    opaque: new Map(),
  }
}
