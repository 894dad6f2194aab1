import type { HostTransport } from '../../kernel/collect/transport.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { inParallel } from './in-parallel.ts'
import { unlessDenied } from './source.ts'

export interface ProcessEntry {
  readonly pid: number
  /** Name of the program, at most 15 characters (proc_pid_comm(5)). */
  readonly name: string
  /** Effective user id. */
  readonly uid: number
  /** Effective capabilities as a bit set (capabilities(7)). */
  readonly capabilities: bigint
}

/** Scans that are under way, so that connectors that run at the same time share one. Nothing outlives its scan. */
const running = new WeakMap<HostTransport, Promise<readonly ProcessEntry[] | null>>()

/** Every process of the host that may be seen, by number, or null where /proc shows no process at all. */
export function processTable(transport: HostTransport): Promise<readonly ProcessEntry[] | null> {
  const known = running.get(transport)
  if (known !== undefined) return known
  const scan = scanProcesses(transport).finally(() => running.delete(transport))
  running.set(transport, scan)
  return scan
}

/**
 * As {@link processTable}, for connectors that can say nothing without it.
 *
 * @throws {BergfriedError} `collect.unreadable`
 */
export async function requiredProcessTable(transport: HostTransport): Promise<readonly ProcessEntry[]> {
  const table = await processTable(transport)
  if (table === null) throw new BergfriedError('collect.unreadable', { what: '/proc', reason: 'it shows no processes' })
  return table
}

async function scanProcesses(transport: HostTransport): Promise<readonly ProcessEntry[] | null> {
  const pids = ((await transport.list('/proc')) ?? []).filter((entry) => /^\d{1,10}$/.test(entry)).map(Number)
  if (pids.length === 0) return null
  const rows = await inParallel(pids, 16, async (pid) => {
    // Denied only under hidepid=1, where another account's process is listed and closed.
    const status = await unlessDenied(() => transport.readFile(`/proc/${pid}/status`), null)
    return status === null ? null : parseStatus(pid, status)
  })
  return rows.filter((row) => row !== null).sort((a, b) => a.pid - b.pid)
}

/** Reads /proc/<pid>/status (proc_pid_status(5)). Null where the lines that name a process are missing. */
export function parseStatus(pid: number, text: string): ProcessEntry | null {
  const name = /^Name:\t(.*)$/m.exec(text)?.[1]
  const uid = /^Uid:\s*\d+\s+(\d+)/m.exec(text)?.[1]
  const capabilities = /^CapEff:\s*([0-9a-fA-F]{1,16})$/m.exec(text)?.[1]
  if (name === undefined || uid === undefined) return null
  return { pid, name: plainName(name), uid: Number(uid), capabilities: BigInt(`0x${capabilities ?? '0'}`) }
}

/** A process chooses its own name: control characters are made visible. */
const plainName = (name: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  name.replace(/[\u0000-\u001f\u007f]/g, '?').slice(0, 64) || '?'
