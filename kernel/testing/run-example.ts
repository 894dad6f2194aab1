import type { SystemKind } from '../../facts/fact.ts'
import { FACTS, type FactKind } from '../../facts/kinds.ts'
import type { Check, Example, ExampleFacts } from '../check/check.ts'
import { readingSql } from '../check/judge-sql.ts'
import { Population } from '../collect/population.ts'
import { insertRows } from '../collect/store.ts'
import type { StagePool, Transaction } from '../db/database.ts'

export interface ExampleRow {
  readonly resource: string
  readonly status: string
  readonly reason: string
  readonly dims: Record<string, unknown> | null
}

/** The instant at which examples are judged; their facts hold since a moment before. */
export const EXAMPLE_NOW = new Date('2026-11-23T12:00:00Z')
const SINCE = new Date('2026-11-23T11:59:00Z')

/**
 * Judges one example of a check on the real database, in a transaction that is rolled back. Facts of the register go to
 * a register of their own, `elsewhere` to a second system.
 */
export async function runExample(
  owner: StagePool,
  check: Check,
  example: Pick<Example, 'facts' | 'elsewhere' | 'since'>,
  options: { missingKinds?: readonly FactKind[]; tense?: 'now' | 'past' } = {},
): Promise<readonly ExampleRow[]> {
  let rows: readonly ExampleRow[] = []
  await owner
    .transaction(async (tx) => {
      const system = await addSystem(tx, 'this', check.appliesTo)
      const register = check.appliesTo === 'register' ? system : await addSystem(tx, 'register', 'register')
      const since = example.since === undefined ? SINCE : new Date(example.since)
      await addFacts(tx, example.facts, system, register, since)
      if (example.elsewhere !== undefined) {
        await addFacts(tx, example.elsewhere, await addSystem(tx, 'other', check.appliesTo), register, since)
      }
      const kinds = check.reads.filter((kind) => !options.missingKinds?.includes(kind))
      await tx.query(`select collect.finish($1, $2::timestamptz - interval '1 second', $2, $3, '{}', 0, 0)`, [
        system,
        EXAMPLE_NOW,
        kinds,
      ])
      const sql = `with ${readingSql(check, options.tense ?? 'now')} select resource, status, reason, dims from seen order by resource`
      rows = await tx.query<ExampleRow>(sql, [[system], EXAMPLE_NOW, check.reads])
      throw new Undo()
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undo)) throw error
    })
  return rows
}

class Undo extends Error {}

async function addSystem(tx: Transaction, name: string, kind: SystemKind): Promise<number> {
  const [row] = await tx.query<{ id: number }>(
    'insert into desk.system (name, kind, added_at) values ($1, $2, $3) returning id',
    [name, kind, SINCE],
  )
  return row?.id ?? 0
}

async function addFacts(
  tx: Transaction,
  facts: ExampleFacts,
  system: number,
  register: number,
  at: Date,
): Promise<void> {
  for (const [kind, rows] of Object.entries(facts) as [FactKind, readonly object[]][]) {
    const definition = FACTS.get(kind)
    if (definition === undefined) throw new Error(`no fact kind ${kind}`)
    const population = new Population(kind)
    for (const row of rows) population.add({ ...definition.sample, ...row })
    const owner = definition.about === 'register' ? register : system
    await insertRows(tx, { systemId: owner, at }, kind, [...population.rows])
  }
}
