import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FACTS, type Fact, type FactKind } from '../../facts/kinds.ts'
import { fixedClock } from '../clock/clock.ts'
import type { Connector } from '../collect/connector.ts'
import type { HostTransport } from '../collect/transport.ts'
import type { MemoryEntry } from './memory-transport.ts'

export interface Collected {
  /** Rows of one kind in the order in which they came. */
  rows<K extends FactKind>(kind: K): Fact<K>[]
  readonly failures: ReadonlyMap<FactKind, unknown>
  /** Everything emitted as one text, to look for what must not be in it. */
  readonly text: string
}

/** Runs a connector of hosts once and checks every row against its shape. What it throws is thrown. */
export async function collectFacts<K extends FactKind>(
  connector: Connector<K, 'host'>,
  transport: HostTransport,
): Promise<Collected> {
  const found: { kind: FactKind; row: unknown }[] = []
  const failures = new Map<FactKind, unknown>()
  await connector.collect(
    { transport },
    {
      system: 'test',
      clock: fixedClock('2026-11-01T12:00:00Z'),
      signal: new AbortController().signal,
      emit: async (kind, row) => {
        if (!connector.produces.includes(kind)) throw new Error(`${connector.id} does not produce ${kind}`)
        found.push({ kind, row: FACTS.get(kind)?.shape.parse(row) })
      },
      fail: (kind, error) => failures.set(kind, error),
    },
  )
  return {
    rows: <E extends FactKind>(kind: E) => found.filter((one) => one.kind === kind).map((one) => one.row as Fact<E>),
    failures,
    text: JSON.stringify(found),
  }
}

/** The files below a folder as entries of a memory transport: `<folder>/etc/passwd` becomes `/etc/passwd`. */
export function memoryFiles(folder: string): Record<string, MemoryEntry> {
  const files: Record<string, MemoryEntry> = {}
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    files[path.slice(folder.length)] = readFileSync(path, 'utf8')
  }
  return files
}
