import type { Check } from '../../../../kernel/check/check.ts'
import type { CheckVerdict, ControlVerdict } from '../../../../kernel/check/verdicts.ts'
import { instantAfter } from '../../../../kernel/clock/duration.ts'
import type { Json } from '../../../../kernel/ledger/canonical-json.ts'
import type { AssessedRow, Assessment } from '../assessment.ts'
import { reasonText } from '../reason-text.ts'
import { line, prop, stamp } from './oscal-names.ts'

export type MakeUuid = (...name: readonly (string | number)[]) => string

/** Whose result it is: the tool, as a component of the result. */
export const origins = (uuid: MakeUuid): Json => [{ actors: [{ type: 'tool', 'actor-uuid': uuid('tool') }] }]

/**
 * What is known of a control now, whatever it is. `state` tells it; where it is no measurement, this observation is all
 * there is: error, stale, unmeasured, attested, info and skip never become a finding.
 */
export function controlObservation(verdict: ControlVerdict, at: Date, uuid: MakeUuid): Json {
  const { control, state, population, measuredAt, attestations } = verdict
  const counts = Object.entries(verdict.counts).filter(([, n]) => n > 0)
  return {
    uuid: uuid('control', control.id),
    title: line(`${control.id}: ${state}`),
    description: control.claim.en,
    props: [
      prop('kind', 'control'),
      prop('control', control.id),
      prop('state', state),
      prop('population', population),
      prop('measured', measuredAt === null ? 'never' : stamp(measuredAt)),
      ...counts.map(([status, n]) => prop(`count-${status}`, n)),
      ...attestations.map((a) => prop('attestation', `${a.id} ${a.standing}`)),
      ...Object.entries(control.references).flatMap(([framework, ids]) =>
        ids.map((id) => prop('requirement', id, framework)),
      ),
      prop('claim-de', control.claim.de),
    ],
    methods: methodsOf(verdict),
    types: ['control-objective'],
    origins: origins(uuid),
    collected: stamp(measuredAt ?? at),
    ...(measuredAt === null ? {} : { expires: stamp(instantAfter(measuredAt, control.freshness)) }),
  }
}

/** How a control is looked at: by machine, through a document that a person vouches with, or not at all. */
function methodsOf({ control }: ControlVerdict): string[] {
  const methods = [
    ...(control.checks.length > 0 ? ['TEST'] : []),
    ...(control.attestations.length > 0 ? ['EXAMINE'] : []),
  ]
  return methods.length === 0 ? ['UNKNOWN'] : methods
}

/** What one check says of all its systems. */
export function checkObservation({ check, state, tally }: CheckVerdict, at: Date, uuid: MakeUuid): Json {
  const counts = Object.entries(tally.counts).filter(([, n]) => n > 0)
  return {
    uuid: uuid('check', check.id),
    title: line(check.title.en),
    description: line(`${check.id}: ${check.title.en}`),
    props: [
      prop('kind', 'check'),
      prop('check', check.id),
      prop('state', state ?? 'not-applicable'),
      prop('severity', check.severity),
      prop('systems', tally.systems),
      prop('systems-judged', tally.judged),
      ...counts.map(([status, n]) => prop(`count-${status}`, n)),
    ],
    methods: ['TEST'],
    types: ['control-objective'],
    origins: origins(uuid),
    collected: stamp(tally.measuredAt ?? at),
    ...(tally.measuredAt === null ? {} : { expires: stamp(instantAfter(tally.measuredAt, check.freshness)) }),
  }
}

/** What one check says of one resource. */
export function rowObservation(check: Check, row: AssessedRow, assessment: Assessment, uuid: MakeUuid): Json {
  const dims = Object.entries(row.dims ?? {}).filter(([, value]) => value !== null && value !== '')
  return {
    uuid: rowUuid(row, uuid),
    title: line(`${row.status}: ${row.resource} (${row.system})`),
    description: line(reasonText(check, row)),
    props: [
      prop('kind', 'row'),
      prop('check', row.check),
      prop('status', row.status),
      prop('reason', row.reason),
      prop('resource', row.resource),
      prop('since', stamp(row.since)),
      ...dims.map(([name, value]) => prop('dimension', value, name)),
      ...(row.exception === null ? [] : [prop('exception', row.exception.id)]),
    ],
    links: [{ href: `#${uuid('check', row.check)}`, rel: 'part-of' }],
    methods: ['TEST'],
    types: [row.status === 'alarm' || row.status === 'excepted' ? 'finding' : 'control-objective'],
    origins: origins(uuid),
    subjects: [{ 'subject-uuid': uuid('system', row.system), type: 'inventory-item', title: row.system }],
    collected: stamp(row.measuredAt ?? assessment.at),
    ...(row.measuredAt === null ? {} : { expires: stamp(instantAfter(row.measuredAt, check.freshness)) }),
  }
}

/** A row keeps its UUID while it stands as it does. */
export const rowUuid = (row: AssessedRow, uuid: MakeUuid): string =>
  uuid('row', row.check, row.system, row.resource, row.since.toISOString())
