import type { Check } from '../../kernel/check/check.ts'
import type { VerdictRow } from '../../kernel/check/row-query.ts'
import type { Clock } from '../../kernel/clock/clock.ts'
import type { Drill } from '../../kernel/drill/drill.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import type { Stage } from './stage.ts'

export interface DrillResult {
  readonly check: string
  readonly turnedRed: boolean
  /** From the break to the stored verdict, milliseconds. Null where it did not turn red. */
  readonly redMs: number | null
  readonly turnedGreen: boolean
  /** From the mend to the stored verdict, milliseconds. */
  readonly greenMs: number | null
  /** Why it failed, in words for the operator; null where all is well. */
  readonly problem: string | null
}

/**
 * Breaks a control in its sandbox and mends it again. Red means that every expected row is in alarm for the expected
 * reason; green, that the check has no alarm left. The sandbox is mended also where the check stayed green.
 */
export async function runDrill(
  stage: Stage,
  drill: Drill,
  check: Check,
  sandbox: unknown,
  clock: Clock,
): Promise<DrillResult> {
  const before = await stage.look(check)
  const already = before.filter((row) => row.status === 'alarm' || row.status === 'error')
  if (already.length > 0) return failed(check, `before the break: ${told(already)}`)

  const broken = clock.now().getTime()
  let red: readonly VerdictRow[] = []
  let problem: string | null = null
  try {
    await drill.break(sandbox as never, stage.register)
    red = await stage.look(check)
  } catch (error) {
    problem = `break: ${reasonOf(error)}`
  }
  const redMs = clock.now().getTime() - broken
  const turnedRed =
    problem === null &&
    drill.expect.every((e) =>
      red.some((r) => r.status === 'alarm' && r.resource === e.resource && r.reason === e.reason),
    )
  if (!turnedRed) problem ??= `after the break: ${told(red)}`

  const mended = clock.now().getTime()
  let green: readonly VerdictRow[] = []
  try {
    await drill.mend(sandbox as never, stage.register)
    green = await stage.look(check)
  } catch (error) {
    problem ??= `mend: ${reasonOf(error)}`
  }
  const greenMs = clock.now().getTime() - mended
  const turnedGreen = green.length > 0 && green.every((r) => r.status !== 'alarm' && r.status !== 'error')
  if (!turnedGreen) problem ??= `after the mend: ${told(green)}`
  return {
    check: check.id,
    turnedRed,
    redMs: turnedRed ? redMs : null,
    turnedGreen,
    greenMs: turnedGreen ? greenMs : null,
    problem,
  }
}

const failed = (check: Check, problem: string): DrillResult => ({
  check: check.id,
  turnedRed: false,
  redMs: null,
  turnedGreen: false,
  greenMs: null,
  problem,
})

const told = (rows: readonly VerdictRow[]): string =>
  rows.length === 0
    ? 'no rows'
    : rows
        .slice(0, 8)
        .map(
          (r) => `${r.resource} ${r.status} ${r.reason}${r.reason === 'could_not_read' ? JSON.stringify(r.dims) : ''}`,
        )
        .join('; ')

const reasonOf = (error: unknown): string =>
  error instanceof BergfriedError ? error.sentence('en') : error instanceof Error ? error.message : String(error)
