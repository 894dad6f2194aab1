import * as z from 'zod'
import { count, defineFact, name, names } from './fact.ts'

export const firewallStateFact = defineFact({
  kind: 'firewall_state',
  about: 'host',
  title: { de: 'Zustand der Firewall', en: 'State of the firewall' },
  columns: {
    nftInstalled: z.boolean(),
    /** Tables of the legacy iptables interface that are loaded in the kernel, for example ip:filter. */
    legacyTables: names,
    /** nft tables made by iptables-nft. */
    iptablesNftTables: names,
    /** True where a loaded rule set is also there after a reboot: /etc/nftables.conf with rules and the unit enabled. */
    persistent: z.boolean().nullable(),
    tables: count,
    rules: count,
    /** SHA-256 over the rule set without handles and counters. */
    rulesetDigest: name.nullable(),
  },
  sample: {
    nftInstalled: true,
    legacyTables: [],
    iptablesNftTables: [],
    persistent: true,
    tables: 1,
    rules: 12,
    rulesetDigest: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  },
})
