import { attestationStates } from '../../../kernel/check/attestations.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { SentenceView } from '../contract.ts'
import { verdictsNow } from '../standing/verdicts-now.ts'
import { summaryOf } from '../words/summary.ts'
import type { HomeDeps, PolicyHomes } from './policy-home.ts'

const MOST_PERIODS = 1000
const MOST_ENTRIES = 20
const HISTORY_MS = 90 * 86_400_000

/** What stands behind one sentence. @throws {BergfriedError} `control.unknown` */
export async function sentenceOf(deps: HomeDeps, homes: PolicyHomes, id: string): Promise<SentenceView> {
  const { policy, clock, database } = deps
  const control = policy.controls.find((c) => c.id === id)
  const line = (await homes.current()).controls.find((c) => c.id === id)
  if (control === undefined || line === undefined) throw new BergfriedError('control.unknown', { control: id })
  const pool = database.stage('bf_publish')
  const at = clock.now()
  const only = { ...policy, controls: [control] }
  const [verdicts, drills, periods, exceptions, attested, newest, entries] = await Promise.all([
    verdictsNow(deps, [control], at),
    pool.query<Drill>(DRILLS, [control.checks]),
    pool.query<Period>(PERIODS, [id, new Date(at.getTime() - HISTORY_MS)]),
    pool.query<Exception>(EXCEPTIONS, [control.checks, at]),
    attestationStates(pool, only, at),
    pool.query<Attested>(ATTESTED, [id]),
    pool.query<Entry>(ENTRIES, [id, control.checks]),
  ])
  const drillOf = new Map(drills.map((d) => [d.check, d]))
  const newestOf = new Map(newest.map((a) => [a.attestation, a]))
  const standing = new Map((attested.get(id) ?? []).map((a) => [a.id, a.standing]))
  return {
    line,
    enforced: control.enforced,
    freshness: control.freshness,
    checks: (verdicts[0]?.checks ?? []).map(({ check, state, tally }) => {
      const drill = drillOf.get(check.id)
      return {
        id: check.id,
        title: check.title,
        severity: check.severity,
        state,
        counts: tally.counts,
        systems: tally.systems,
        judged: tally.judged,
        freshness: check.freshness,
        sql: check.sql,
        reads: [...check.reads],
        remedy: check.remedy,
        measuredAt: tally.measuredAt?.toISOString() ?? null,
        drill:
          drill === undefined
            ? null
            : {
                at: drill.at.toISOString(),
                turnedRed: drill.turned_red,
                redMs: drill.red_ms,
                turnedGreen: drill.turned_green,
              },
      }
    }),
    attestations: control.attestations.map((a) => {
      const given = newestOf.get(a.id)
      return {
        id: a.id,
        title: a.title,
        validity: a.validity,
        standing: standing.get(a.id) ?? 'missing',
        newest:
          given === undefined
            ? null
            : {
                person: given.person,
                document: given.document,
                documentSha256: given.digest,
                at: given.at.toISOString(),
                until: given.until.toISOString(),
              },
      }
    }),
    exceptions: exceptions.map((e) => ({ ...e, until: e.until.toISOString() })),
    periods: periods.map((p) => ({
      state: p.state,
      from: p.from.toISOString(),
      until: p.until?.toISOString() ?? null,
      alarm: p.counts['alarm'] ?? 0,
      population: Object.values(p.counts).reduce((a, b) => a + b, 0),
    })),
    evidence: entries.map((e) => ({
      position: e.position,
      at: e.at.toISOString(),
      kind: e.kind,
      summary: summaryOf(e.kind, e.body),
    })),
  }
}

interface Drill {
  readonly check: string
  readonly at: Date
  readonly turned_red: boolean
  readonly red_ms: number | null
  readonly turned_green: boolean
}
const DRILLS = `
  select distinct on (check_name) check_name as check, at, turned_red, red_ms, turned_green
  from finding.drill_run where check_name = any($1::text[]) order by check_name, at desc`

interface Period {
  readonly state: SentenceView['periods'][number]['state']
  readonly from: Date
  readonly until: Date | null
  readonly counts: Readonly<Record<string, number>>
}
const PERIODS = `
  select state, valid_from as "from", nullif(valid_to, 'infinity') as until, counts from finding.control_state
  where control = $1 and valid_to > $2 order by valid_from desc limit ${MOST_PERIODS}`

interface Exception {
  readonly id: number
  readonly check: string
  readonly system: string | null
  readonly resource: string | null
  readonly owner: string
  readonly reason: string
  readonly until: Date
}
const EXCEPTIONS = `
  select e.id, e.check_name as "check", e.system_name as system, e.resource, e.owner, e.reason, e.until
  from desk.exception e left join desk.exception_end x on x.exception_id = e.id
  where e.check_name = any($1::text[]) and e.until > $2 and x.exception_id is null order by e.until limit 200`

interface Attested {
  readonly attestation: string
  readonly person: string
  readonly document: string
  readonly digest: string
  readonly at: Date
  readonly until: Date
}
const ATTESTED = `
  select distinct on (attestation) attestation, person, document, encode(document_digest, 'hex') as digest,
    created_at as at, until
  from desk.attestation where control = $1 order by attestation, until desc`

interface Entry {
  readonly position: number
  readonly at: Date
  readonly kind: string
  readonly body: string | null
}
/** Each kind is looked for among its newest entries alone, so that a long record costs no more than a short one. */
const LOOKED_AT = 400
const ENTRIES = `
  select position, at, kind, body from (
    (select * from (select position, at, kind, body from evidence.entry where kind = 'verdicts' order by position desc limit ${LOOKED_AT}) v
     where (v.body::jsonb ->> 'check') = any($2::text[]))
    union all
    (select * from (select position, at, kind, body from evidence.entry where kind = 'exception' order by position desc limit ${LOOKED_AT}) e
     where (e.body::jsonb ->> 'check') = any($2::text[]))
    union all
    (select * from (select position, at, kind, body from evidence.entry where kind = 'attestation' order by position desc limit ${LOOKED_AT}) a
     where (a.body::jsonb ->> 'control') = $1)
    union all
    (select position, at, kind, body from evidence.entry where kind = 'statement' order by position desc limit 1)) found
  order by position desc limit ${MOST_ENTRIES}`
