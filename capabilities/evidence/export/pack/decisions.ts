import type { Transaction } from '../../../../kernel/db/database.ts'
import type { Json } from '../../../../kernel/ledger/canonical-json.ts'
import { rowsOf } from '../cursor.ts'
import type { Scope } from '../scope.ts'
import type { PackWriter } from './pack-writer.ts'

interface DecisionInput {
  readonly scope: Scope
  readonly from: Date
  readonly to: Date
  /** Whether names, reasons and documents are told; what an entry seals is held back here too. */
  readonly openPersonal: boolean
}

/** Writes the exceptions and attestations that held at some time of the window. */
export async function writeDecisions(
  tx: Transaction,
  pack: PackWriter,
  input: DecisionInput,
): Promise<{ exceptions: number; attestations: number }> {
  const exceptions = pack.lines('decisions/exceptions')
  for await (const row of rowsOf<Decision>(tx, 'exceptions', EXCEPTIONS, [
    input.scope.checks.map((c) => c.id),
    input.from,
    input.to,
  ]))
    await exceptions.add(told(row, input.openPersonal))
  await exceptions.close()
  const attestations = pack.lines('decisions/attestations')
  for await (const row of rowsOf<Decision>(tx, 'attestations', ATTESTATIONS, [
    input.scope.controls.map((c) => c.id),
    input.from,
    input.to,
  ]))
    await attestations.add(told(row, input.openPersonal))
  await attestations.close()
  return { exceptions: exceptions.count, attestations: attestations.count }
}

interface Decision {
  readonly plain: { readonly [name: string]: Json }
  readonly personal: { readonly [name: string]: Json }
}

const told = ({ plain, personal }: Decision, open: boolean): Json => ({ ...plain, personal: open ? personal : null })

const ISO = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`
const iso = (column: string): string => `to_char(${column} at time zone 'UTC', ${ISO})`

const EXCEPTIONS = `
  select jsonb_build_object('id', e.id, 'check', e.check_name, 'system', e.system_name, 'from', ${iso('e.created_at')},
      'until', ${iso('e.until')}, 'endedAt', case when x.ended_at <= $3 then ${iso('x.ended_at')} end) as plain,
    jsonb_build_object('owner', e.owner, 'reason', e.reason, 'resource', e.resource, 'by', e.created_by,
      'endedBy', case when x.ended_at <= $3 then x.ended_by end) as personal
  from desk.exception e left join desk.exception_end x on x.exception_id = e.id
  where e.check_name = any($1::text[]) and e.created_at <= $3 and least(e.until, x.ended_at) > $2 order by e.id`

const ATTESTATIONS = `
  select jsonb_build_object('id', a.id, 'control', a.control, 'attestation', a.attestation,
      'documentSha256', encode(a.document_digest, 'hex'), 'from', ${iso('a.created_at')}, 'until', ${iso('a.until')}) as plain,
    jsonb_build_object('person', a.person, 'document', a.document, 'note', a.note, 'by', a.created_by) as personal
  from desk.attestation a where a.control = any($1::text[]) and a.created_at <= $3 and a.until > $2 order by a.id`
