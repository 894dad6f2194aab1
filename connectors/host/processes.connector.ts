import { defineConnector } from '../../kernel/collect/connector.ts'
import type { HostTransport } from '../../kernel/collect/transport.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { accountNames } from './account-names.ts'
import { capabilityNames } from './capabilities.ts'
import { inParallel } from './in-parallel.ts'
import { deletedLibraries } from './proc-maps.ts'
import { type ProcessEntry, requiredProcessTable } from './process-table.ts'
import { unlessDenied } from './source.ts'

const MAPS_LIMIT = 64 * 1024 * 1024

/**
 * Processes that still run replaced libraries, and processes with special rights that are not root. One row per
 * program and account. Processes in a user namespace of their own are left out: what they may, they may only there.
 */
export const hostProcessesConnector = defineConnector({
  id: 'host.processes',
  system: 'host',
  produces: ['stale_process', 'privileged_process'],
  every: 'PT15M',
  needs: {
    de: 'root oder CAP_SYS_PTRACE, um die Speicherabbilder fremder Prozesse zu lesen',
    en: 'root or CAP_SYS_PTRACE, to read the memory maps of processes of other accounts',
  },
  async collect({ transport }, { emit, fail }) {
    const processes = await requiredProcessTable(transport)
    const nameOf = await accountNames(transport)
    const isOurs = await ownNamespace(transport)

    const stale = new Groups(nameOf)
    const maps = await inParallel(processes, 8, async (process) => ({
      process,
      text: await mapsOf(transport, process.pid),
    }))
    const denied = maps.filter(({ text }) => text === DENIED).length
    if (denied > 0)
      fail('stale_process', new BergfriedError('collect.denied', { what: `/proc/<pid>/maps (${denied})` }))
    for (const { process, text } of maps) {
      const libraries = typeof text === 'string' ? deletedLibraries(text) : []
      if (libraries.length > 0 && (await isOurs(process.pid))) stale.add(process, libraries)
    }
    if (denied === 0)
      for (const { values, ...row } of stale.rows()) await emit('stale_process', { ...row, libraries: values })

    const privileged = new Groups(nameOf)
    for (const process of processes) {
      if (process.uid === 0 || process.capabilities === 0n || !(await isOurs(process.pid))) continue
      privileged.add(process, capabilityNames(process.capabilities))
    }
    for (const { values, ...row } of privileged.rows())
      await emit('privileged_process', { ...row, capabilities: values })
  },
})

const DENIED = Symbol('denied')

/** Null where the process has ended meanwhile. */
const mapsOf = (transport: HostTransport, pid: number): Promise<string | null | typeof DENIED> =>
  unlessDenied<string | null | typeof DENIED>(() => transport.readFile(`/proc/${pid}/maps`, MAPS_LIMIT), DENIED)

/** Tells whether a process is in the user namespace of the host. Where that may not be seen, it counts as the host's. */
async function ownNamespace(transport: HostTransport): Promise<(pid: number) => Promise<boolean>> {
  const namespace = (pid: string): Promise<string | null> =>
    unlessDenied(() => transport.readLink(`/proc/${pid}/ns/user`), null)
  const own = (await namespace('1')) ?? (await namespace('self'))
  return async (pid) => {
    const theirs = await namespace(String(pid))
    return own === null || theirs === null || theirs === own
  }
}

/** Collects values per program and account. */
class Groups {
  readonly #groups = new Map<string, { process: string; account: string; values: Set<string> }>()
  readonly #nameOf: (uid: number) => string

  constructor(nameOf: (uid: number) => string) {
    this.#nameOf = nameOf
  }

  add(entry: ProcessEntry, values: readonly string[]): void {
    const account = this.#nameOf(entry.uid)
    const key = `${account} ${entry.name}`
    const group = this.#groups.get(key) ?? { process: entry.name, account, values: new Set<string>() }
    for (const value of values) group.values.add(value)
    this.#groups.set(key, group)
  }

  rows(): readonly { process: string; account: string; values: string[] }[] {
    return [...this.#groups.values()].map((group) => ({ ...group, values: [...group.values].sort() }))
  }
}
