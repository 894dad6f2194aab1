import type { FactKind } from '../../facts/kinds.ts'
import type { CollectContext, PostgresReader } from '../../kernel/collect/connector.ts'
import { BergfriedError } from '../../kernel/errors.ts'

/** Opens a reader on a database, does the work, and closes it whatever happens. */
export async function inReadOnly<T>(
  connect: (database?: string) => Promise<PostgresReader>,
  database: string | undefined,
  work: (reader: PostgresReader) => Promise<T>,
): Promise<T> {
  const reader = await connect(database)
  try {
    return await work(reader)
  } finally {
    await reader.close()
  }
}

/** What may fail for one kind alone does not take the others with it. A lost connection fails them all. */
export async function attempt<K extends FactKind>(
  context: CollectContext<K>,
  kind: K,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (error instanceof BergfriedError && error.code === 'collect.unreachable') throw error
    context.fail(kind, error)
  }
}
