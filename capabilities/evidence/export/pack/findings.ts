import type { Transaction } from '../../../../kernel/db/database.ts'
import type { Json } from '../../../../kernel/ledger/canonical-json.ts'
import { rowsOf } from '../cursor.ts'
import type { Scope } from '../scope.ts'
import type { ChangeLine } from './pack-format.ts'
import type { PackWriter } from './pack-writer.ts'

interface FindingInput {
  readonly scope: Scope
  readonly from: Date
  readonly to: Date
  readonly positions: readonly [number, number] | null
}

/**
 * Writes the rows of the checks that held at some time of the window (`findings/rows`), and what each judgement of the window
 * changed, as it was hashed (`findings/changes`): the lines of an entry give its digest, so the rows cannot be others.
 */
export async function writeFindings(
  tx: Transaction,
  pack: PackWriter,
  input: FindingInput,
): Promise<{ findings: number; changes: number }> {
  const rows = pack.lines('findings/rows')
  for await (const row of findingLines(tx, input)) await rows.add(row)
  await rows.close()
  const changes = pack.lines('findings/changes')
  if (input.positions !== null)
    for await (const line of changeLines(tx, input, input.positions)) await changes.add(line)
  await changes.close()
  return { findings: rows.count, changes: changes.count }
}

async function* findingLines(tx: Transaction, { scope, from, to }: FindingInput): AsyncGenerator<Json> {
  const rows = rowsOf<{
    id: number
    check: string
    system: string
    resource: string
    status: string
    reason: string
    dims: Json
    valid_from: Date
    until: Date | null
  }>(
    tx,
    'findings',
    `select r.id, n.name as check, s.name as system, r.resource, r.status::text, r.reason, r.dims, r.valid_from,
       case when r.valid_to <= $3 then r.valid_to end as until
     from finding.verdict_row r
     join finding.check_name n on n.id = r.check_id
     join desk.system s on s.id = r.system_id
     where n.name = any($1::text[]) and r.valid_from <= $3 and r.valid_to > $2
     order by n.name collate "C", r.id`,
    [scope.checks.map((c) => c.id), from, to],
  )
  for await (const { valid_from, until, ...row } of rows) {
    yield { ...row, validFrom: valid_from.toISOString(), validTo: until?.toISOString() ?? null }
  }
}

/**
 * The lines are those of `judgingSql` (kernel/check/judge-sql.ts): `system resource status reason dims id` of a row that was
 * opened, with the number of the row in whose place it came; a number alone for one that ended.
 */
const CHANGES = `
with told as (
  select e.at, e.body::jsonb ->> 'check' as name, array_agg(e.position order by e.position) as positions
  from evidence.entry e
  where e.kind = 'verdicts' and e.position between $2 and $3 and e.body::jsonb ->> 'check' = any($1::text[])
  group by 1, 2),
opened as (
  select t.name, t.at, t.positions, r.system_id, r.resource, o.id as replaced, r.id,
    concat_ws(' ', r.system_id, r.resource, r.status, r.reason, r.dims, o.id) as line
  from told t join finding.check_name n on n.name = t.name
  join finding.verdict_row r on r.check_id = n.id and r.valid_from = t.at
  left join finding.verdict_row o on o.check_id = r.check_id and o.system_id = r.system_id and o.resource = r.resource
    and o.valid_to = t.at and o.id < r.id),
ended as (
  select t.name, t.at, t.positions, null::int as system_id, null::text collate "C" as resource, r.id as replaced, r.id,
    concat_ws(' ', r.id) as line
  from told t join finding.check_name n on n.name = t.name
  join finding.verdict_row r on r.check_id = n.id and r.valid_to = t.at
  where not exists (
    select from opened o where o.name = t.name and o.at = t.at and o.replaced = r.id))
select name, at, positions, line from (select * from opened union all select * from ended) c
order by positions, system_id, resource collate "C", replaced, id`

async function* changeLines(
  tx: Transaction,
  { scope }: FindingInput,
  positions: readonly [number, number],
): AsyncGenerator<ChangeLine> {
  const rows = rowsOf<{ name: string; at: Date; positions: number[]; line: string }>(tx, 'changes', CHANGES, [
    scope.checks.map((c) => c.id),
    ...positions,
  ])
  for await (const { name, at, positions: told, line } of rows) {
    yield { check: name, positions: told.map(Number), at: at.toISOString(), line }
  }
}
