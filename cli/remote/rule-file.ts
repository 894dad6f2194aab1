import { PacketspaceError } from '../../engines/packetspace/errors.ts'
import type { RuleSet } from '../../engines/packetspace/ir.ts'
import { readIptablesSave } from '../../engines/packetspace/read-iptables-save.ts'
import { readNftJson } from '../../engines/packetspace/read-nft-json.ts'
import type { World } from '../command.ts'
import { wrongUsage } from '../options.ts'
import { rulesFrom } from './firewall.ts'

/**
 * A rule set from a file: the JSON of `nft -j list ruleset`, or the output of `iptables-save` (`ip6tables-save` with `ip6`).
 *
 * @throws {BergfriedError} `usage.invalid` for what is neither
 */
export async function ruleSetFrom(world: World, path: string, ip6: boolean): Promise<RuleSet> {
  const { rules } = await rulesFrom(world, path)
  try {
    return rules.trimStart().startsWith('{')
      ? readNftJson(JSON.parse(rules))
      : readIptablesSave(rules, ip6 ? 'ip6' : 'ip4')
  } catch (error) {
    if (!(error instanceof PacketspaceError) && !(error instanceof SyntaxError)) throw error
    throw wrongUsage(
      `${path} ist kein Regelwerk von nft -j oder iptables-save: ${error.message}`,
      `${path} is no rule set of nft -j or iptables-save: ${error.message}`,
    )
  }
}

export const IP6_OPTION = {
  ip6: {
    type: 'boolean',
    help: {
      de: 'Dateien von iptables-save sind von ip6tables-save',
      en: 'files of iptables-save are of ip6tables-save',
    },
  },
} as const
