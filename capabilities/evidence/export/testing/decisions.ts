import type { Database } from '../../../../kernel/db/database.ts'
import { appendEntry } from '../../../../kernel/ledger/entry.ts'
import { sealPersonal } from '../../../../kernel/ledger/personal.ts'

/** An exception on all rows of a check until 20 November 2026, as people make it, with its entry. */
export async function acceptAll(
  database: Database,
  at: Date,
  decision: { readonly check: string; readonly owner: string; readonly reason: string; readonly by: string },
): Promise<number> {
  const { check, owner, reason, by } = decision
  const until = new Date('2026-11-20T00:00:00Z')
  return database.stage('bf_desk').transaction(async (tx) => {
    const [row] = await tx.query<{ id: number }>(
      `insert into desk.exception (check_name, owner, reason, created_by, created_at, until)
       values ($1, $2, $3, $4, $5, $6) returning id`,
      [check, owner, reason, by, at, until],
    )
    const id = row?.id ?? 0
    await appendEntry(tx, at, 'exception', {
      id,
      check,
      until: until.toISOString(),
      owner: await sealPersonal(tx, at, owner, { owner, reason }),
      by: await sealPersonal(tx, at, by, { by }),
    })
    return id
  })
}

/** Ends an exception, with its entry. */
export const endAccepted = (database: Database, at: Date, id: number, by: string): Promise<number> =>
  database.stage('bf_desk').transaction(async (tx) => {
    await tx.query('insert into desk.exception_end (exception_id, ended_by, ended_at) values ($1, $2, $3)', [
      id,
      by,
      at,
    ])
    return appendEntry(tx, at, 'exception_end', { id, by: await sealPersonal(tx, at, by, { by }) })
  })

/** Somebody vouches for a control for a year, with its entry. */
export async function vouch(
  database: Database,
  at: Date,
  decision: { readonly control: string; readonly person: string; readonly document: string; readonly by: string },
): Promise<void> {
  const { control, person, document, by } = decision
  await database.stage('bf_desk').transaction(async (tx) => {
    await tx.query(
      `insert into desk.attestation (control, attestation, person, document, document_digest, created_by, created_at, until)
       values ($1, 'vouched', $2, $3, sha256('x'), $4, $5::timestamptz, $5::timestamptz + interval '1 year')`,
      [control, person, document, by, at],
    )
    await appendEntry(tx, at, 'attestation', {
      control,
      attestation: 'vouched',
      person: await sealPersonal(tx, at, person, { person, document }),
      by: await sealPersonal(tx, at, by, { by }),
    })
  })
}

/** Destroys the key of a person, with its entry. */
export const erase = (database: Database, at: Date, person: string): Promise<number> =>
  database.stage('bf_desk').transaction(async (tx) => {
    const [row] = await tx.query<{ id: string }>('select evidence.erase_subject($1, $2) as id', [person, at])
    return appendEntry(tx, at, 'erasure', { subject: row?.id ?? null })
  })
