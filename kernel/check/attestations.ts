import type { StagePool } from '../db/database.ts'
import type { Policy } from '../policy/policy-schema.ts'
import type { AttestationState } from './roll-up.ts'

/** Standing of every attestation that a policy asks for, per control: valid, expired, or never given. */
export async function attestationStates(
  pool: StagePool,
  policy: Policy,
  at: Date,
): Promise<Map<string, readonly AttestationState[]>> {
  const rows = await pool.query<{ control: string; attestation: string; valid: boolean }>(
    `select control, attestation, bool_or(until > $1) as valid from desk.attestation where created_at <= $1 group by 1, 2`,
    [at],
  )
  const given = new Map(rows.map((r) => [`${r.control} ${r.attestation}`, r.valid]))
  const standing = (valid: boolean | undefined): AttestationState['standing'] =>
    valid === undefined ? 'missing' : valid ? 'valid' : 'expired'
  return new Map(
    policy.controls.map((control) => [
      control.id,
      control.attestations.map((a) => ({ id: a.id, standing: standing(given.get(`${control.id} ${a.id}`)) })),
    ]),
  )
}
