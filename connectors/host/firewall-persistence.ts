import type { HostTransport } from '../../kernel/collect/transport.ts'
import { unlessDenied } from './source.ts'

/** What loads a rule set at boot: the unit, and the test that its rule set says something. */
const LOADERS: readonly { unit: string; hasRules: (transport: HostTransport) => Promise<boolean> }[] = [
  {
    unit: 'nftables.service',
    hasRules: (host) => says(host, '/etc/nftables.conf', /^\s*(table|add|insert|create|include)\s/m),
  },
  {
    unit: 'netfilter-persistent.service',
    hasRules: (host) => says(host, '/etc/iptables/rules.v4', /^(-A |:(INPUT|FORWARD|OUTPUT) DROP)/m),
  },
  { unit: 'ufw.service', hasRules: (host) => says(host, '/etc/ufw/ufw.conf', /^\s*ENABLED\s*=\s*yes/im) },
  { unit: 'firewalld.service', hasRules: async () => true },
]

/**
 * Whether a rule set is loaded again after a restart: a unit that does so is enabled and its file has rules. Whether
 * they are the same rules as those in the kernel is not judged here.
 */
export async function isFirewallPersistent(transport: HostTransport): Promise<boolean> {
  const enabled = await enabledUnits(transport)
  for (const { unit, hasRules } of LOADERS) {
    if (enabled.has(unit) && (await hasRules(transport))) return true
  }
  return false
}

/** Units with an entry in a `.wants` or `.requires` folder of /etc/systemd/system: those that `systemctl enable` made. */
async function enabledUnits(transport: HostTransport): Promise<ReadonlySet<string>> {
  const base = '/etc/systemd/system'
  const units = new Set<string>()
  for (const entry of (await transport.list(base)) ?? []) {
    if (!/\.(wants|requires)$/.test(entry)) continue
    for (const unit of (await transport.list(`${base}/${entry}`)) ?? []) units.add(unit)
  }
  return units
}

async function says(transport: HostTransport, file: string, rule: RegExp): Promise<boolean> {
  const text = await unlessDenied(() => transport.readFile(file), null)
  return text !== null && rule.test(text.replace(/#.*/g, ''))
}
