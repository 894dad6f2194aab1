import type { Transaction } from '../../../kernel/db/database.ts'

const PAGE = 500

/**
 * Rows of a query, a page at a time, through a cursor of the server: memory stays flat however many there are. Within one
 * transaction, so that all queries of an export see one state of the database.
 *
 * @param name - of the cursor, unique within the transaction
 */
export async function* rowsOf<R extends object>(
  tx: Transaction,
  name: string,
  sql: string,
  params: readonly unknown[],
): AsyncGenerator<R> {
  await tx.query(`declare ${name} no scroll cursor for ${sql}`, params)
  for (;;) {
    const page = await tx.query<R>(`fetch ${PAGE} from ${name}`)
    yield* page
    if (page.length < PAGE) break
  }
  await tx.query(`close ${name}`)
}

/** Runs `work` on one unchanging state of the database; nothing can be written in it. */
export async function snapshot<T>(
  pool: { transaction<U>(work: (tx: Transaction) => Promise<U>): Promise<U> },
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return pool.transaction(async (tx) => {
    await tx.query('set transaction isolation level repeatable read, read only')
    return work(tx)
  })
}
