import { ruleSetDifference } from '../../capabilities/firewall/difference/rule-set-difference.ts'
import { PacketspaceError } from '../../engines/packetspace/errors.ts'
import { defineCommand } from '../command.ts'
import { wrongUsage } from '../options.ts'
import { differenceLines } from '../remote/firewall.ts'
import { IP6_OPTION, ruleSetFrom } from '../remote/rule-file.ts'

const ENDS = { equal: 0, different: 1, undecided: 3 } as const

/** `bergfried net diff OLD NEW`: which packets two files with rules treat differently. Needs no server. */
export const netDiff = defineCommand({
  name: 'net diff',
  summary: {
    de: 'vergleicht zwei Dateien mit Firewall-Regeln nach dem, was sie mit Paketen tun',
    en: 'compares two files with firewall rules by what they do to packets',
  },
  args: [
    { name: 'OLD', help: { de: 'nft -j list ruleset oder iptables-save', en: 'nft -j list ruleset or iptables-save' } },
    { name: 'NEW', help: { de: 'dasselbe, danach', en: 'the same, afterwards' } },
  ],
  options: IP6_OPTION,
  async run(world, { args, options }) {
    const [old = '', now = ''] = args
    const ip6 = options['ip6'] === true
    const [before, after] = [await ruleSetFrom(world, old, ip6), await ruleSetFrom(world, now, ip6)]
    try {
      const difference = ruleSetDifference(before, after)
      for (const line of differenceLines(difference, world.lang)) world.out(line)
      return ENDS[difference.verdict]
    } catch (error) {
      if (!(error instanceof PacketspaceError)) throw error
      throw wrongUsage(`Nicht zu vergleichen: ${error.message}`, `Cannot be compared: ${error.message}`)
    }
  },
})
