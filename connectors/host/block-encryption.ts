import type { HostTransport } from '../../kernel/collect/transport.ts'

/** More layers than any storage stack has. */
const DEPTH = 16

/**
 * Whether a block device lies on dm-crypt, directly or through LVM, RAID or partitions; of several parts below it all
 * must. Null where the source is no block device of this host or its layers cannot be seen.
 *
 * Source: the kernel's Documentation/ABI/testing/sysfs-block-dm; cryptsetup gives its devices a UUID that begins with
 * `CRYPT-<format>-`.
 */
export async function isEncrypted(transport: HostTransport, source: string): Promise<boolean | null> {
  if (!source.startsWith('/dev/')) return null
  const name = await kernelName(transport, source)
  return name === null ? null : await layerEncrypted(transport, name, 0)
}

/** `/dev/mapper/vg-root` is a link to `../dm-0`, and `dm-0` is the name in /sys. */
async function kernelName(transport: HostTransport, source: string): Promise<string | null> {
  const target = await transport.readLink(source)
  const name = (target ?? source).split('/').at(-1) ?? ''
  return name !== '' && (await transport.stat(`/sys/class/block/${name}`)) !== null ? name : null
}

async function layerEncrypted(transport: HostTransport, name: string, depth: number): Promise<boolean | null> {
  if (depth > DEPTH) return null
  const folder = `/sys/class/block/${name}`
  // A compressed device in memory writes to no disk.
  if (/^zram\d+$/.test(name)) return true
  // What is in the file behind a loop device is not visible here.
  if (/^loop\d+/.test(name)) return null
  const uuid = (await transport.readFile(`${folder}/dm/uuid`))?.trim() ?? ''
  if (/^CRYPT-(?!VERITY-|INTEGRITY-)/.test(uuid)) return true
  const below = (await transport.list(`${folder}/slaves`)) ?? []
  if (below.length > 0) return all(await Promise.all(below.map((part) => layerEncrypted(transport, part, depth + 1))))
  const disk = await diskOfPartition(transport, folder)
  return disk === null ? false : await layerEncrypted(transport, disk, depth + 1)
}

/** The folder of a partition lies in that of its disk: `../../devices/virtual/block/md0/md0p1`. */
async function diskOfPartition(transport: HostTransport, folder: string): Promise<string | null> {
  if ((await transport.stat(`${folder}/partition`)) === null) return null
  return (await transport.readLink(folder))?.split('/').at(-2) ?? null
}

function all(parts: readonly (boolean | null)[]): boolean | null {
  if (parts.includes(false)) return false
  return parts.includes(null) ? null : true
}
