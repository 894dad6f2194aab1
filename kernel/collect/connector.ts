import type { GivenKind, SystemKind } from '../../facts/fact.ts'
import type { Fact, FactKind } from '../../facts/kinds.ts'
import type { Clock } from '../clock/clock.ts'
import type { DeclaredColumn } from './declared-column.ts'
import type { HostTransport } from './transport.ts'

/** What a connector is given to look at, per kind of system. Never a database of ours. */
export interface Targets {
  readonly host: {
    readonly transport: HostTransport
    /** Made-up secrets that were written through the applications and may stand in no log. */
    readonly canaries?: readonly string[]
  }
  readonly postgres: {
    readonly connect: (database?: string) => Promise<PostgresReader>
    /** Columns that are declared to hold ciphertext alone. */
    readonly fields?: readonly DeclaredColumn[]
  }
  readonly endpoint: {
    /** host:port; names the endpoint and is what the certificate must be for. */
    readonly address: string
    readonly purpose: 'https' | 'postgres' | 'tls'
    readonly caFile: string | null
    /** Where to connect in its place, as with `curl --connect-to`: host, port, and the port of plain http. */
    readonly connectTo?: { readonly host: string; readonly port: number; readonly httpPort: number }
  }
  readonly register: never
  readonly product: never
}

/** A read-only connection to a PostgreSQL cluster under observation. */
export interface PostgresReader {
  query<Row extends Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<readonly Row[]>
  close(): Promise<void>
}

export interface CollectContext<K extends FactKind> {
  /** Name of the system as configured. */
  readonly system: string
  readonly clock: Clock
  /** Aborted when the collection is cancelled or out of time; pass it on or call `throwIfAborted`. */
  readonly signal: AbortSignal
  /** Streams one row. Strings are redacted and the shape is checked before anything is stored. */
  emit<E extends K>(kind: E, row: Fact<E>): Promise<void>
  /**
   * Says that one kind could not be read, and why, while the others go on. Its population is kept as it was and the
   * checks that read it say error. A thrown BergfriedError does the same for every kind of the connector.
   */
  fail(kind: K, error: unknown): void
}

/**
 * A connector looks and reports. Whatever it does not emit is taken as gone, unless it failed: so a source that it
 * cannot read must be a failure, never silence.
 */
export interface Connector<
  K extends FactKind = FactKind,
  S extends Exclude<SystemKind, GivenKind> = Exclude<SystemKind, GivenKind>,
> {
  readonly id: `${string}.${string}`
  readonly system: S
  readonly produces: readonly [K, ...K[]]
  /** How often it runs at the least. `slow` ones run on their own, so that they delay nobody. */
  readonly every: 'PT1M' | 'PT5M' | 'PT15M' | 'PT1H' | 'PT6H'
  readonly slow?: boolean
  /** Least privilege that it needs, for docs/reference/connectors.md. */
  readonly needs: { readonly de: string; readonly en: string }
  collect(target: Targets[S], context: CollectContext<K>): Promise<void>
}

/** Gives a connector file its types. */
export const defineConnector = <const K extends FactKind, const S extends Exclude<SystemKind, GivenKind>>(
  connector: Connector<K, S>,
): Connector<K, S> => connector
