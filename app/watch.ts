import type { SystemKind } from '../facts/fact.ts'
import type { FactKind } from '../facts/kinds.ts'
import type { Clock } from '../kernel/clock/clock.ts'
import type { Connector, Targets } from '../kernel/collect/connector.ts'
import { collectSystem } from '../kernel/collect/run.ts'
import type { StagePool } from '../kernel/db/database.ts'

/** A system that is watched: what to run on it and how to reach it. */
export interface Watched {
  readonly id: number
  readonly name: string
  readonly kind: SystemKind
  readonly target: Targets[keyof Targets]
  readonly labels: readonly { label: string; value: string }[]
}

export interface CollectedEvent {
  readonly system: Watched
  readonly changed: readonly FactKind[]
  readonly failures: ReadonlyMap<FactKind, { code: string; detail: Readonly<Record<string, string | number>> }>
  readonly milliseconds: number
}

/** Connectors of a kind of system, the quick ones as one collection, each slow one as its own. */
export function collectionsOf(connectors: readonly Connector[], kind: SystemKind): readonly (readonly Connector[])[] {
  const own = connectors.filter((c) => c.system === kind)
  const quick = own.filter((c) => c.slow !== true)
  const slow = own.filter((c) => c.slow === true).map((c) => [c])
  return quick.length > 0 ? [quick, ...slow] : slow
}

/** Runs one collection of one system and says what changed. */
export async function collectOnce(
  pool: StagePool,
  clock: Clock,
  system: Watched,
  connectors: readonly Connector[],
  options: { signal?: AbortSignal; onDefect?: (connector: string, error: unknown) => void } = {},
): Promise<CollectedEvent> {
  const began = clock.now().getTime()
  const stored = await collectSystem(pool, {
    system,
    connectors,
    target: system.target,
    clock,
    given: new Map([['system_label', system.labels]]),
    ...options,
  })
  return {
    system,
    changed: stored.changed,
    failures: stored.failures,
    milliseconds: clock.now().getTime() - began,
  }
}
