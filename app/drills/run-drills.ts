import type { Check } from '../../kernel/check/check.ts'
import type { Clock } from '../../kernel/clock/clock.ts'
import type { Connector } from '../../kernel/collect/connector.ts'
import type { Database } from '../../kernel/db/database.ts'
import type { Drill } from '../../kernel/drill/drill.ts'
import { type DrillResult, runDrill } from './run-drill.ts'
import { type Sandbox, startSandbox } from './sandboxes.ts'
import { setStage } from './stage.ts'

export interface DrillsInput {
  readonly drills: readonly Drill[]
  readonly checks: ReadonlyMap<string, Check>
  readonly connectors: readonly Connector[]
  readonly clock: Clock
  /** A migrated, empty database per sandbox; the caller drops it. */
  readonly scratch: (name: string) => Promise<Database>
  readonly onResult: (result: DrillResult) => void
  /** A drill whose needs this machine does not have: told, never silently left out. */
  readonly onSkip: (drill: Drill, needs: string) => void
}

export interface DrillsOutcome {
  readonly results: readonly DrillResult[]
  readonly skipped: readonly { readonly drill: Drill; readonly needs: string }[]
}

/** Runs drills, one sandbox per kind of system, one drill after the other. */
export async function runDrills(input: DrillsInput): Promise<DrillsOutcome> {
  const results: DrillResult[] = []
  const skipped: { drill: Drill; needs: string }[] = []
  for (const [kind, drills] of Map.groupBy(input.drills, (d) => d.sandbox)) {
    const database = await input.scratch(`drill_${kind}`)
    try {
      const sandbox = await startSandbox(kind)
      try {
        await onSandbox(input, sandbox, database, drills, results, skipped)
      } finally {
        await sandbox.stop()
      }
    } finally {
      await database.close()
    }
  }
  return { results, skipped }
}

async function onSandbox(
  input: DrillsInput,
  sandbox: Sandbox,
  database: Database,
  drills: readonly Drill[],
  results: DrillResult[],
  skipped: { drill: Drill; needs: string }[],
): Promise<void> {
  const { clock, connectors } = input
  const checks = [...input.checks.values()]
  const stage = await setStage({ database, clock, connectors, checks, ...sandbox })
  for (const drill of drills) {
    const missing = (drill.needs ?? []).filter((need) => !sandbox.has.has(need))
    if (missing.length > 0) {
      skipped.push({ drill, needs: missing.join(', ') })
      input.onSkip(drill, missing.join(', '))
      continue
    }
    const check = input.checks.get(drill.check)
    if (check === undefined) throw new Error(`drill for unknown check ${drill.check}`)
    const result = await runDrill(stage, drill, check, sandbox.handle, clock)
    results.push(result)
    input.onResult(result)
  }
}
