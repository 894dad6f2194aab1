import type { ControlVerdict } from '../../../../kernel/check/verdicts.ts'
import type { Json } from '../../../../kernel/ledger/canonical-json.ts'
import type { Assessment, LiveException } from '../assessment.ts'
import { StreamedList, StreamedObject } from '../json-stream.ts'
import { line, prop, stamp } from './oscal-names.ts'
import { type MakeUuid, origins, rowUuid } from './oscal-observations.ts'

/**
 * What a state says as an OSCAL finding, or null where nothing was measured that would carry one. An accepted deviation was
 * measured and does not hold: it is not satisfied, and its risk says that it was accepted.
 */
export function satisfaction(state: ControlVerdict['state']): { state: string; reason: string } | null {
  if (state === 'ok') return { state: 'satisfied', reason: 'pass' }
  if (state === 'alarm' || state === 'excepted') return { state: 'not-satisfied', reason: 'fail' }
  return null
}

/** The finding on a control, with the observations that it rests on; null where nothing was measured. */
export function controlFinding(verdict: ControlVerdict, assessment: Assessment, uuid: MakeUuid): StreamedObject | null {
  const { control, state } = verdict
  const status = satisfaction(state)
  if (status === null) return null
  return new StreamedObject({
    uuid: uuid('finding', control.id),
    title: line(`${control.id}: ${status.state}`),
    description: control.claim.en,
    props: [prop('control', control.id), prop('state', state)],
    origins: origins(uuid),
    target: {
      type: 'objective-id',
      'target-id': control.id,
      title: line(control.claim.en),
      status: { state: status.state, reason: status.reason },
    },
    'related-observations': new StreamedList(relatedObservations(verdict, assessment, uuid)),
    'related-risks': new StreamedList(relatedRisks(verdict, assessment, uuid)),
  })
}

/** The control, its checks, and every row that alarms. */
async function* relatedObservations(
  verdict: ControlVerdict,
  assessment: Assessment,
  uuid: MakeUuid,
): AsyncGenerator<Json> {
  yield { 'observation-uuid': uuid('control', verdict.control.id) }
  for (const { check } of verdict.checks) yield { 'observation-uuid': uuid('check', check.id) }
  const checks = verdict.checks.map((c) => c.check)
  for await (const row of assessment.rows(checks, ['alarm'])) yield { 'observation-uuid': rowUuid(row, uuid) }
}

async function* relatedRisks(
  verdict: ControlVerdict,
  { exceptions }: Assessment,
  uuid: MakeUuid,
): AsyncGenerator<Json> {
  if (verdict.state === 'alarm') yield { 'risk-uuid': uuid('risk', verdict.control.id) }
  for (const exception of exceptions) {
    if (verdict.control.checks.includes(exception.check)) yield { 'risk-uuid': uuid('exception', exception.id) }
  }
}

/** The risk of a control that is violated. */
export const controlRisk = ({ control, counts }: ControlVerdict, uuid: MakeUuid): Json => ({
  uuid: uuid('risk', control.id),
  title: line(`${control.id} is violated`),
  description: line(`${counts.alarm} resources do not hold what the control promises.`),
  statement: control.claim.en,
  props: [prop('control', control.id), prop('owner', control.owner)],
  status: 'open',
  origins: origins(uuid),
  'related-observations': [{ 'observation-uuid': uuid('control', control.id) }],
})

/** An accepted deviation. Who answers for it and why stays with the operator: it speaks of people. */
export const exceptionRisk = (exception: LiveException, uuid: MakeUuid): Json => ({
  uuid: uuid('exception', exception.id),
  title: line(`Exception ${exception.id}: ${exception.check}`),
  description: 'An accepted deviation. It ends by itself at the deadline and does not hide what was measured.',
  statement: line(`Rows of ${exception.check} that alarm are accepted until ${stamp(exception.until)}.`),
  props: [prop('exception', exception.id), prop('check', exception.check), prop('accepted', stamp(exception.from))],
  status: 'deviation-approved',
  origins: origins(uuid),
  deadline: stamp(exception.until),
  'related-observations': [{ 'observation-uuid': uuid('check', exception.check) }],
})
