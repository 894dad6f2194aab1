import { KeeperClient } from '../../keeper/client.ts'
import type { FirewallKeeper } from '../../kernel/act/firewall-desk.ts'
import { translating } from './translate.ts'

/** The keeper, as far as firewalls go. Whoever has a socket of it asks; what it answers is its own. */
export function firewallKeeper(socket: string): FirewallKeeper & { close(): void } {
  const client = new KeeperClient({ socket })
  const ask = <T>(op: string, args: object): Promise<T> => translating(async () => (await client.ask(op, args)) as T)
  return {
    order: (change, approvals) => ask('order-change', { change, approvals }),
    openings: (host) => ask('firewall-openings', { host }),
    close: () => client.close(),
  }
}
