import type { Check } from '../../../../kernel/check/check.ts'
import type { Json } from '../../../../kernel/ledger/canonical-json.ts'
import type { Control, Framework } from '../../../../kernel/policy/policy-schema.ts'
import type { AssessedRow } from '../assessment.ts'
import { reasonText, remedyText } from '../reason-text.ts'

/** Version of the schema whose attributes are used: schema.ocsf.io/1.8.0, class Compliance Finding. */
export const OCSF_VERSION = '1.8.0'

const CLASS = 2003
const CREATE = 1

/** What `compliance.status_id` says of a row. What was not measured is Unknown or Other, never Pass and never Fail. */
const STATUS: Record<AssessedRow['status'], { id: 0 | 1 | 3 | 99; name: string }> = {
  ok: { id: 1, name: 'Pass' },
  alarm: { id: 3, name: 'Fail' },
  excepted: { id: 3, name: 'Fail' },
  error: { id: 0, name: 'Unknown' },
  stale: { id: 0, name: 'Unknown' },
  info: { id: 99, name: 'info' },
  skip: { id: 99, name: 'skip' },
}

const INFORMATIONAL = { id: 1, name: 'Informational' } as const
const SEVERITY: Record<Check['severity'], { id: 2 | 3 | 4 | 5; name: string }> = {
  low: { id: 2, name: 'Low' },
  medium: { id: 3, name: 'Medium' },
  high: { id: 4, name: 'High' },
  critical: { id: 5, name: 'Critical' },
}

export interface FindingContext {
  readonly check: Check
  /** The controls that the check measures. */
  readonly controls: readonly Control[]
  readonly frameworks: readonly Framework[]
  readonly systemKind: string
  /** Stable name of the finding. */
  readonly uid: string
}

/** One row of a check as an OCSF event of class Compliance Finding (class_uid 2003), activity Create. */
export function ocsfFinding(row: AssessedRow, context: FindingContext): Json {
  const { check, controls, uid } = context
  const status = STATUS[row.status]
  const bad = row.status === 'alarm' || row.status === 'excepted'
  const severity = bad ? SEVERITY[check.severity] : INFORMATIONAL
  const since = row.since.getTime()
  return {
    activity_id: CREATE,
    activity_name: 'Create',
    category_uid: 2,
    category_name: 'Findings',
    class_uid: CLASS,
    class_name: 'Compliance Finding',
    type_uid: CLASS * 100 + CREATE,
    type_name: 'Compliance Finding: Create',
    time: since,
    start_time: since,
    severity_id: severity.id,
    severity: severity.name,
    // The finding's own standing, which a consumer keeps: an accepted deviation comes suppressed, all others new.
    ...(row.status === 'excepted' ? { status_id: 3, status: 'Suppressed' } : { status_id: 1, status: 'New' }),
    message: `${row.resource} (${row.system}): ${reasonText(check, row)}`,
    metadata: {
      version: OCSF_VERSION,
      uid,
      product: { name: 'Bergfried', vendor_name: 'Bergfried' },
    },
    finding_info: {
      uid,
      title: check.title.en,
      desc: reasonText(check, row),
      created_time: since,
      first_seen_time: since,
      ...(row.measuredAt === null ? {} : { last_seen_time: row.measuredAt.getTime() }),
      analytic: { name: check.title.en, uid: check.id, type_id: 1, type: 'Rule' },
    },
    compliance: {
      control: controls.map((c) => c.id).join(', '),
      desc: controls.map((c) => c.claim.en).join(' '),
      ...standardsOf(context),
      status_id: status.id,
      status: status.name,
      status_code: row.status,
      status_details: [row.reason],
    },
    resources: [
      { uid: `${row.system}/${row.resource}`, name: row.resource, namespace: row.system, type: context.systemKind },
    ],
    ...(bad ? { remediation: { desc: remedyText(check, row) } } : {}),
    unmapped: { dimensions: (row.dims ?? {}) as Json, exception: row.exception?.id ?? null },
  }
}

/** The requirements that the controls serve, each behind the key of its framework. */
function standardsOf({ controls, frameworks }: FindingContext): { standards: Json; requirements: Json } {
  const used = new Set(controls.flatMap((c) => Object.keys(c.references)))
  const requirements = new Set(
    controls.flatMap((c) => Object.entries(c.references).flatMap(([key, ids]) => ids.map((id) => `${key} ${id}`))),
  )
  return {
    standards: frameworks.filter((f) => used.has(f.key)).map((f) => `${f.name.en} ${f.version}`),
    requirements: [...requirements],
  }
}
