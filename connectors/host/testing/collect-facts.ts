import type { Fact, FactKind } from '../../../facts/kinds.ts'
import type { Connector } from '../../../kernel/collect/connector.ts'
import type { HostTransport } from '../../../kernel/collect/transport.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import { collectFacts as collectOnce } from '../../../kernel/testing/collect-facts.ts'

export interface Collected<K extends FactKind> {
  readonly facts: { readonly [E in K]: readonly Fact<E>[] }
  /** Code of the failure of a kind. What a connector throws is the failure of all its kinds, as in the runner. */
  readonly failures: { readonly [E in K]?: string }
}

/** Runs a connector against a host. Every row must be there once; a failure that is no BergfriedError is a defect and thrown. */
export async function collectFacts<K extends FactKind>(
  connector: Connector<K, 'host'>,
  transport: HostTransport,
): Promise<Collected<K>> {
  try {
    const { rows, failures } = await collectOnce(connector, transport)
    const facts = connector.produces.map((kind) => [kind, unique(rows(kind))])
    const codes = [...failures].map(([kind, error]) => [kind, codeOf(error)])
    return { facts: Object.fromEntries(facts), failures: Object.fromEntries(codes) } as unknown as Collected<K>
  } catch (error) {
    const code = codeOf(error)
    const facts = connector.produces.map((kind) => [kind, []])
    const failures = connector.produces.map((kind) => [kind, code])
    return { facts: Object.fromEntries(facts), failures: Object.fromEntries(failures) } as unknown as Collected<K>
  }
}

function codeOf(error: unknown): string {
  if (error instanceof BergfriedError) return error.code
  throw error
}

function unique<Row>(rows: readonly Row[]): readonly Row[] {
  const texts = rows.map((row) => JSON.stringify(row))
  const twice = texts.find((text, index) => texts.indexOf(text) !== index)
  if (twice !== undefined) throw new Error(`twice: ${twice}`)
  return rows
}
