import { attestationStates } from '../../../kernel/check/attestations.ts'
import { type ControlVerdict, controlVerdict } from '../../../kernel/check/verdicts.ts'
import type { RouteDeps } from '../../../kernel/http/route.ts'
import type { Control } from '../../../kernel/policy/policy-schema.ts'
import { talliesOf } from './of-database.ts'

/** Verdicts of some controls now, by the kernel's rules, from counts that are at hand. */
export async function verdictsNow(
  { database, policy, checks }: Pick<RouteDeps, 'database' | 'policy' | 'checks'>,
  controls: readonly Control[],
  at: Date,
): Promise<readonly ControlVerdict[]> {
  const bound = [...new Set(controls.flatMap((c) => c.checks))]
  const asked = bound.map((id) => checks.get(id)).filter((check) => check !== undefined)
  const [tallies, attested] = await Promise.all([
    talliesOf(database).of(asked, at),
    attestationStates(database.stage('bf_publish'), { ...policy, controls }, at),
  ])
  return controls.map((control) => controlVerdict(control, checks, tallies, attested.get(control.id) ?? [], at))
}
