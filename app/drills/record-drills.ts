import { appendEntry } from '../../kernel/ledger/entry.ts'
import type { House } from '../house.ts'
import type { DrillResult } from './run-drill.ts'

/** Stores results of drills, with an evidence entry, in one transaction. */
export async function recordDrills(house: House, results: readonly DrillResult[]): Promise<void> {
  if (results.length === 0) return
  const at = house.clock.now()
  await house.database.stage('bf_judge').transaction(async (tx) => {
    for (const r of results) {
      await tx.query(
        `insert into finding.drill_run (at, check_name, turned_red, red_ms, turned_green, green_ms, problem)
         values ($1, $2, $3, $4, $5, $6, $7)`,
        [at, r.check, r.turnedRed, r.redMs, r.turnedGreen, r.greenMs, r.problem],
      )
    }
    await appendEntry(tx, at, 'drill', {
      results: results.map(({ check, turnedRed, redMs, turnedGreen, greenMs }) => ({
        check,
        turnedRed,
        redMs,
        turnedGreen,
        greenMs,
      })),
    })
  })
}
