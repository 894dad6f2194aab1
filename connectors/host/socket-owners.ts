import type { HostTransport } from '../../kernel/collect/transport.ts'
import { inParallel } from './in-parallel.ts'
import { type ProcessEntry, processTable } from './process-table.ts'
import { unlessDenied } from './source.ts'

/**
 * The process that holds each socket, by inode. Of several the oldest, which opened it. A socket whose process may
 * not be seen has no entry.
 */
export async function socketOwners(
  transport: HostTransport,
  inodes: ReadonlySet<string>,
): Promise<ReadonlyMap<string, ProcessEntry>> {
  const holders = new Map<string, ProcessEntry[]>()
  await inParallel((await processTable(transport)) ?? [], 16, async (process) => {
    for (const inode of await heldSockets(transport, process.pid)) {
      if (!inodes.has(inode)) continue
      const list = holders.get(inode)
      if (list === undefined) holders.set(inode, [process])
      else if (!list.includes(process)) list.push(process)
    }
  })
  const owners = new Map<string, ProcessEntry>()
  for (const [inode, list] of holders) {
    const owner = list.length === 1 ? list[0] : await oldest(transport, list)
    if (owner !== undefined) owners.set(inode, owner)
  }
  return owners
}

async function heldSockets(transport: HostTransport, pid: number): Promise<readonly string[]> {
  const folder = `/proc/${pid}/fd`
  const entries = await unlessDenied(() => transport.list(folder), null)
  const found: string[] = []
  for (const entry of entries ?? []) {
    const target = await unlessDenied(() => transport.readLink(`${folder}/${entry}`), null)
    if (target?.startsWith('socket:[')) found.push(target.slice(8, -1))
  }
  return found
}

/** By start time (field 22 of /proc/<pid>/stat); numbers of processes start again from the beginning some day. */
async function oldest(transport: HostTransport, processes: readonly ProcessEntry[]): Promise<ProcessEntry | undefined> {
  const aged = await inParallel(processes, 8, async (process) => {
    const stat = await unlessDenied(() => transport.readFile(`/proc/${process.pid}/stat`), null)
    // The name in parentheses may itself hold blanks and parentheses.
    const startedAt = Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? Number.NaN)
    return { process, startedAt: Number.isNaN(startedAt) ? Number.MAX_SAFE_INTEGER : startedAt }
  })
  return aged.toSorted((a, b) => a.startedAt - b.startedAt || a.process.pid - b.process.pid)[0]?.process
}
