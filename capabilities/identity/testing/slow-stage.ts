import { setTimeout as sleep } from 'node:timers/promises'
import type { Database, StagePool, Transaction } from '../../../kernel/db/database.ts'

/**
 * A database that lingers after each statement that a pattern fits, so that what another does between looking and writing
 * happens for certain.
 */
export function slowDatabase(database: Database, after: RegExp, ms = 150): Database {
  const slow = (on: Transaction): Transaction => ({
    query: async (sql, params, name) => {
      const rows = await on.query(sql, params, name)
      if (after.test(sql)) await sleep(ms)
      return rows as never
    },
  })
  const slowStage = (stage: StagePool): StagePool => ({
    ...slow(stage),
    transaction: (work) => stage.transaction((tx) => work(slow(tx))),
    session: (work) => stage.session((tx) => work(slow(tx))),
  })
  return { stage: (role) => slowStage(database.stage(role)), close: () => database.close() }
}
