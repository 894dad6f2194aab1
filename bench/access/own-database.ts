import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startDatabase } from '../../app/database-start.ts'
import type { Database } from '../../kernel/db/database.ts'

/** Runs something on a database of its own, in a folder that goes with it. */
export async function withDatabase<T>(work: (database: Database) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'bergfried-bench-'))
  const opened = await startDatabase(folder, null)
  try {
    return await work(opened.database)
  } finally {
    await opened.close()
    await opened.embedded?.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
