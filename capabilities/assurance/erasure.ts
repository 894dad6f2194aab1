import type { StagePool } from '../../kernel/db/database.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { appendEntry } from '../../kernel/ledger/entry.ts'

/**
 * Makes what the evidence says of a person unreadable for ever (GDPR Art. 17): destroys the person's key and takes the name
 * out of stored decisions. The log and its proofs do not change. That it happened is an entry, without the name.
 *
 * Facts are another matter: what systems and the register say of people ends there, and with the retention of facts.
 *
 * @param person - exactly as named in the decisions
 * @returns the number under which the person stood in the evidence
 * @throws {BergfriedError} `evidence.unknown_subject`; `evidence.subject_in_use` while exceptions of the person run
 */
export async function erasePerson(desk: StagePool, person: string, now: Date): Promise<string> {
  return desk.transaction(async (tx) => {
    const [running] = await tx.query<{ n: number }>(
      `select count(*) as n from desk.exception e left join desk.exception_end x on x.exception_id = e.id
       where e.owner = $1 and e.until > $2 and x.exception_id is null`,
      [person, now],
    )
    const count = running?.n ?? 0
    if (count > 0) throw new BergfriedError('evidence.subject_in_use', { subject: person, count })
    const [row] = await tx.query<{ id: string | null }>('select evidence.erase_subject($1, $2) as id', [person, now])
    const subject = row?.id ?? null
    if (subject === null) throw new BergfriedError('evidence.unknown_subject', { subject: person })
    await appendEntry(tx, now, 'erasure', { subject })
    return subject
  })
}
