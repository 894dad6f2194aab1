import type { StagePool, Transaction } from '../../../kernel/db/database.ts'

/** A stage that writes down which statements are run, in order. */
export function recordingStage(stage: StagePool): { stage: StagePool; statements: string[] } {
  const statements: string[] = []
  const recorded = (on: Transaction): Transaction => ({
    query: (sql, params, name) => {
      statements.push(sql.replace(/\s+/g, ' ').trim())
      return on.query(sql, params, name)
    },
  })
  return {
    statements,
    stage: {
      ...recorded(stage),
      transaction: (work) => stage.transaction((tx) => work(recorded(tx))),
      session: (work) => stage.session((tx) => work(recorded(tx))),
    },
  }
}
