import { instantAfter } from '../../kernel/clock/duration.ts'
import type { StagePool } from '../../kernel/db/database.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { appendEntry } from '../../kernel/ledger/entry.ts'
import { sealPersonal } from '../../kernel/ledger/personal.ts'
import type { Policy } from '../../kernel/policy/policy-schema.ts'
import type { AttestationView, NewAttestation } from './contract.ts'

/**
 * Records that a person vouches. It lasts as long as the policy says, never longer; a shorter end may be asked for.
 *
 * @throws {BergfriedError} `control.unknown`, `attestation.invalid` (not asked for, end in the past or beyond the validity)
 */
export async function addAttestation(
  desk: StagePool,
  wanted: NewAttestation,
  context: { by: string; now: Date; policy: Policy },
): Promise<number> {
  const { by, now, policy } = context
  const control = policy.controls.find((c) => c.id === wanted.control)
  if (control === undefined) throw new BergfriedError('control.unknown', { control: wanted.control })
  const asked = control.attestations.find((a) => a.id === wanted.attestation)
  if (asked === undefined) {
    const known = control.attestations.map((a) => a.id).join(', ') || '-'
    throw new BergfriedError('attestation.invalid', {
      reason: `${control.id} asks for no “${wanted.attestation}”, but for: ${known}`,
      reasonDe: `${control.id} verlangt keine Bezeugung „${wanted.attestation}“, sondern: ${known}`,
    })
  }
  const latest = instantAfter(now, asked.validity)
  const until = wanted.until === null ? latest : new Date(wanted.until)
  if (!(until > now) || until > latest) {
    throw new BergfriedError('attestation.invalid', {
      reason: `its end must be ahead and on ${latest.toISOString().slice(0, 10)} at the latest`,
      reasonDe: `ihr Ende muss bevorstehen und spätestens am ${latest.toISOString().slice(0, 10)} sein`,
    })
  }
  return desk.transaction(async (tx) => {
    const [row] = await tx.query<{ id: number }>(
      `insert into desk.attestation
         (control, attestation, person, document, document_digest, note, created_by, created_at, until)
       values ($1, $2, $3, $4, decode($5, 'hex'), $6, $7, $8, $9) returning id`,
      [
        wanted.control,
        wanted.attestation,
        wanted.person,
        wanted.document,
        wanted.documentSha256,
        wanted.note,
        by,
        now,
        until,
      ],
    )
    const id = row?.id ?? 0
    const { control: of, attestation, documentSha256, person, document, note } = wanted
    await appendEntry(tx, now, 'attestation', {
      id,
      control: of,
      attestation,
      documentSha256,
      person: await sealPersonal(tx, now, person, { person, document, note }),
      by: await sealPersonal(tx, now, by, { by }),
      until: until.toISOString(),
    })
    return id
  })
}

/** Attestations, newest first, expired ones too. */
export async function listAttestations(pool: StagePool): Promise<readonly AttestationView[]> {
  const rows = await pool.query<Omit<AttestationView, 'createdAt' | 'until'> & Record<'createdAt' | 'until', Date>>(
    `select id, control, attestation, person, document, encode(document_digest, 'hex') as "documentSha256", note,
       created_by as "createdBy", created_at as "createdAt", until from desk.attestation order by id desc limit 1000`,
  )
  return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString(), until: row.until.toISOString() }))
}
