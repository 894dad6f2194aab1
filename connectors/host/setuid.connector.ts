import { defineConnector } from '../../kernel/collect/connector.ts'
import type { HostTransport } from '../../kernel/collect/transport.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { accountNames } from './account-names.ts'
import { clip } from './clip.ts'
import { packagesOf } from './dpkg-files.ts'
import { hostMounts } from './mounts.connector.ts'
import { isContainerLayer, isPseudo, type Mount } from './proc-mounts.ts'

/** A slow connector is given ten minutes in all. */
const SEARCH = { seconds: 540, limit: 64 * 1024 * 1024 }

/** Images and layers of containers: only root comes into these folders, and what is in them is not run from there. */
const CONTAINER_STORES = [
  '/var/lib/docker',
  '/var/lib/containerd',
  '/var/lib/containers',
  '/var/lib/kubelet',
  '/var/lib/lxc',
  '/var/lib/lxd',
]

const NETWORK_TYPES = /^(nfs|nfs4|cifs|smb3|ceph|glusterfs|9p|virtiofs|afs|fuse\..*)$/

/** Files on the local disks that run with the rights of their owner or group, and the packages that brought them. */
export const hostSetuidConnector = defineConnector({
  id: 'host.setuid',
  system: 'host',
  produces: ['setuid_file'],
  every: 'PT6H',
  slow: true,
  needs: { de: 'root, um in jeden Ordner zu sehen', en: 'root, to look into every folder' },
  async collect({ transport }, { emit }) {
    const files = await search(transport, await places(transport))
    const packages = await packagesOf(
      transport,
      files.map((file) => file.path),
    )
    const userName = await accountNames(transport)
    const groupName = await accountNames(transport, '/etc/group')
    for (const { path, mode, uid, gid } of files) {
      const owner = packages.get(path) ?? null
      await emit('setuid_file', {
        path: clip(path, 512),
        mode,
        owner: userName(uid),
        groupName: groupName(gid),
        package: owner,
      })
    }
  },
})

/** Where the search begins: the root, and each further local file system. */
async function places(transport: HostTransport): Promise<readonly string[]> {
  const targets = ['/']
  for (const mount of await hostMounts(transport)) {
    if (mount.target === '/' || !isLocal(mount) || CONTAINER_STORES.some((store) => mount.target.startsWith(store)))
      continue
    if ((await transport.stat(mount.target))?.kind === 'folder') targets.push(mount.target)
  }
  return targets
}

/** Memory file systems count: a program can be put there and run. */
const isLocal = (mount: Mount): boolean =>
  mount.type === 'tmpfs' || !(isPseudo(mount.type) || isContainerLayer(mount) || NETWORK_TYPES.test(mount.type))

interface Found {
  readonly path: string
  readonly mode: string
  readonly uid: number
  readonly gid: number
}

async function search(transport: HostTransport, from: readonly string[]): Promise<readonly Found[]> {
  const stores = CONTAINER_STORES.flatMap((store) => ['-o', '-path', transport.path(store)]).slice(1)
  const found = await transport.run(
    'find',
    [
      ...from.map((place) => transport.path(place)),
      ...['-xdev', '(', '-type', 'd', '(', ...stores, ')', '-prune', ')', '-o'],
      ...['-type', 'f', '-perm', '/6000', '-printf', '%m\\t%U\\t%G\\t%p\\0'],
    ],
    SEARCH,
  )
  if (found === null) throw new BergfriedError('collect.unreadable', { what: 'find', reason: 'it is not installed' })
  refuseGaps(found.stderr)
  return parseFound(found.stdout, transport.path('/'))
}

/** Files may vanish during the search; a folder that could not be entered leaves a gap. */
function refuseGaps(stderr: string): void {
  const gaps = stderr.split('\n').filter((line) => line !== '' && !line.includes('No such file or directory'))
  const [first] = gaps
  if (first === undefined) return
  if (gaps.every((line) => line.includes('Permission denied'))) {
    throw new BergfriedError('collect.denied', { what: `${gaps.length} folders in the search for setuid files` })
  }
  throw new BergfriedError('collect.unreadable', { what: 'find', reason: first.slice(0, 200) })
}

/**
 * Reads `mode uid gid path` with tabs between and NUL at the end of each.
 *
 * @param root - what a path begins with where the host's root is a folder of this machine
 */
export function parseFound(text: string, root: string): readonly Found[] {
  const prefix = root === '/' ? '' : root
  const found = new Map<string, Found>()
  for (const record of text.split('\0')) {
    const match = /^([0-7]{1,4})\t(\d+)\t(\d+)\t([\s\S]+)$/.exec(record)
    const [, mode, uid, gid, place] = match ?? []
    if (mode === undefined || place === undefined || !place.startsWith(`${prefix}/`)) continue
    const path = place.slice(prefix.length).replace(/^\/\/+/, '/')
    found.set(path, { path, mode: mode.padStart(4, '0'), uid: Number(uid), gid: Number(gid) })
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}
