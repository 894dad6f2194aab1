import type { FactKind } from '../../facts/kinds.ts'
import type { Clock } from '../clock/clock.ts'
import type { StagePool } from '../db/database.ts'
import { BergfriedError } from '../errors.ts'
import type { CollectContext, Connector, Targets } from './connector.ts'
import { Population } from './population.ts'
import { type Failure, type Harvest, type Stored, storeHarvest } from './store.ts'

export interface CollectInput {
  readonly system: { readonly id: number; readonly name: string }
  readonly connectors: readonly Connector[]
  readonly target: Targets[keyof Targets]
  readonly clock: Clock
  readonly signal?: AbortSignal
  /** Facts that come from elsewhere than a connector: the register, the labels of the configuration. */
  readonly given?: ReadonlyMap<FactKind, readonly Readonly<Record<string, unknown>>[]>
  /** A defect in a connector is reported here with its stack; the collection itself says only that it failed. */
  readonly onDefect?: (connector: string, error: unknown) => void
  /** Seconds that one connector may take; default 60, slow ones 600. */
  readonly seconds?: number
}

/**
 * One collection of one system: runs the connectors side by side and stores what they found, all of it or nothing.
 * A connector that fails takes its own kinds with it, never those of others, and never deletes a population.
 */
export async function collectSystem(collect: StagePool, input: CollectInput): Promise<Stored & Harvest> {
  const at = input.clock.now()
  const populations = new Map<FactKind, Population>()
  const failures = new Map<FactKind, Failure>()
  for (const [kind, rows] of input.given ?? []) {
    const population = new Population(kind)
    for (const row of rows) population.add(row)
    populations.set(kind, population)
  }
  await Promise.all(input.connectors.map((connector) => runConnector(connector, input, populations, failures)))
  for (const kind of failures.keys()) populations.delete(kind)
  const harvest: Harvest = {
    systemId: input.system.id,
    systemName: input.system.name,
    at,
    finishedAt: input.clock.now(),
    populations: [...populations.values()],
    failures,
  }
  return { ...harvest, ...(await storeHarvest(collect, harvest)) }
}

async function runConnector(
  connector: Connector,
  input: CollectInput,
  populations: Map<FactKind, Population>,
  failures: Map<FactKind, Failure>,
): Promise<void> {
  const seconds = input.seconds ?? (connector.slow === true ? 600 : 60)
  const timeout = AbortSignal.timeout(seconds * 1000)
  const signal = input.signal === undefined ? timeout : AbortSignal.any([input.signal, timeout])
  const own = new Map<FactKind, Population>(connector.produces.map((kind) => [kind, new Population(kind)]))
  const fail = (kind: FactKind, error: unknown) => {
    failures.set(kind, toFailure(error, connector.id, seconds, timeout))
    if (!(error instanceof BergfriedError) && !signal.aborted) input.onDefect?.(connector.id, error)
  }
  const context: CollectContext<FactKind> = {
    system: input.system.name,
    clock: input.clock,
    signal,
    emit: async (kind, row) => {
      const population = own.get(kind)
      if (population === undefined) throw new Error(`${connector.id} does not produce ${kind}`)
      population.add(row)
    },
    fail,
  }
  try {
    await abortable(connector.collect(input.target as never, context), signal)
  } catch (error) {
    if (input.signal?.aborted === true) throw error
    for (const kind of connector.produces) fail(kind, error)
  }
  for (const [kind, population] of own) populations.set(kind, population)
}

/** A connector that does not listen to its signal is left behind: what it still does changes nothing. */
function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

function toFailure(error: unknown, connector: string, seconds: number, timeout: AbortSignal): Failure {
  if (error instanceof BergfriedError) return { code: error.code, detail: error.detail }
  if (timeout.aborted) return { code: 'collect.timeout', detail: { what: connector, seconds } }
  return { code: 'collect.unreadable', detail: { what: connector, reason: 'defect' } }
}
