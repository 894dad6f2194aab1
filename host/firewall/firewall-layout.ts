import { join } from 'node:path'
import type { Layout } from '../layout.ts'

/** Where everything about the firewall lies on a host. All paths are absolute. */
export interface FirewallLayout {
  /** While it is there, root alone may change it, and only then is the firewall of this host anybody's business but its own. */
  readonly settings: string
  readonly folder: string
  /** The rule set that was there before a change, as text that nft reads. */
  readonly before: string
  /** The approved rule set, as text that nft reads. */
  readonly after: string
  /** What a throw-away namespace listed of the approved rule set. */
  readonly wanted: string
  /** A change that nobody has confirmed. Whoever renames it decides: confirmed, or taken back. */
  readonly pending: string
  readonly confirmed: string
  readonly rollingBack: string
  readonly rolledBack: string
  /** Pid of the process that takes an unconfirmed change back. */
  readonly watchdog: string
  /** Number of the newest order that was accepted. */
  readonly known: string
  /** What the server has not been told yet. */
  readonly events: string
  /** The addresses that the newest list lets in. */
  readonly openings: string
  /** What the system loads when it starts. */
  readonly persisted: string
}

/** @param root `/` on a host; a folder in tests */
export function firewallLayoutOf(root: string, layout: Pick<Layout, 'settings' | 'stateFolder'>): FirewallLayout {
  const folder = join(layout.stateFolder, 'firewall')
  const at = (name: string): string => join(folder, name)
  return {
    settings: join(layout.settings, '../firewall.json'),
    folder,
    before: at('before.nft'),
    after: at('after.nft'),
    wanted: at('wanted.json'),
    pending: at('pending.json'),
    confirmed: at('confirmed.json'),
    rollingBack: at('rolling-back.json'),
    rolledBack: at('rolled-back.json'),
    watchdog: at('watchdog.pid'),
    known: at('known-number'),
    events: at('events.json'),
    openings: at('openings.txt'),
    persisted: join(root, 'etc/nftables.conf'),
  }
}
