import { defineConnector } from '../../kernel/collect/connector.ts'
import type { HostTransport } from '../../kernel/collect/transport.ts'
import { isEncrypted } from './block-encryption.ts'
import { clip } from './clip.ts'
import { isContainerLayer, isPseudo, type Mount, mountOf, parseMounts, parseSwaps, type Swap } from './proc-mounts.ts'
import { required, unlessDenied } from './source.ts'

/** Mounted in memory, and yet what options they have matters. */
const ALWAYS = new Set(['/tmp', '/var/tmp', '/dev/shm', '/proc', '/run'])

/** Mounted file systems and swap, and whether they lie on encrypted devices. */
export const hostMountsConnector = defineConnector({
  id: 'host.mounts',
  system: 'host',
  produces: ['mount'],
  every: 'PT15M',
  needs: { de: 'keine besonderen Rechte', en: 'no special rights' },
  async collect({ transport }, { emit }) {
    const mounts = await hostMounts(transport)
    for (const mount of mounts) {
      if (!ALWAYS.has(mount.target) && (isPseudo(mount.type) || isContainerLayer(mount))) continue
      await emit('mount', {
        target: clip(mount.target, 512),
        source: clip(mount.source, 512),
        type: clip(mount.type, 512),
        options: mount.options.map((option) => clip(option, 4096)),
        encrypted: await isEncrypted(transport, mount.source),
      })
    }
    for (const swap of parseSwaps((await transport.readFile('/proc/swaps')) ?? '')) {
      await emit('mount', {
        target: clip(`swap:${swap.source}`, 512),
        source: clip(swap.source, 512),
        type: 'swap',
        options: [],
        encrypted: await isSwapEncrypted(transport, swap, mounts),
      })
    }
  },
})

/** The first process's view: a service may run in a mount namespace of its own, with other options. */
export async function hostMounts(transport: HostTransport): Promise<readonly Mount[]> {
  const first = await unlessDenied(() => transport.readFile('/proc/1/mounts'), null)
  return parseMounts(first || (await required(transport, '/proc/mounts')))
}

async function isSwapEncrypted(
  transport: HostTransport,
  swap: Swap,
  mounts: readonly Mount[],
): Promise<boolean | null> {
  const device = swap.type === 'file' ? mountOf(swap.source, mounts)?.source : swap.source
  return device === undefined ? null : await isEncrypted(transport, device)
}
