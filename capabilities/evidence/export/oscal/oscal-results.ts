import type { ControlVerdict } from '../../../../kernel/check/verdicts.ts'
import { canonicalJson, type Json } from '../../../../kernel/ledger/canonical-json.ts'
import { policyDigest } from '../../../../kernel/policy/policy-digest.ts'
import { type Assessment, type AssessmentInput, assess } from '../assessment.ts'
import { StreamedList, StreamedObject, TextOut, writeObject } from '../json-stream.ts'
import type { Sink } from '../sink.ts'
import { controlFinding, controlRisk, exceptionRisk } from './oscal-findings.ts'
import { line, prop, stamp, token, uuidMaker } from './oscal-names.ts'
import { checkObservation, controlObservation, type MakeUuid, rowObservation } from './oscal-observations.ts'

const OSCAL_VERSION = '1.2.1'

/**
 * Writes OSCAL assessment results (NIST OSCAL 1.2.1, `assessment-results`), valid against the published JSON schema. All
 * UUIDs follow from names (UUIDv5): the same state gives the same bytes, and what stays the same keeps its UUID.
 *
 * @throws {BergfriedError} `control.unknown`
 */
export async function writeOscal(input: AssessmentInput, sink: Sink): Promise<void> {
  await assess(input, async (assessment) => {
    const uuid = uuidMaker(input.identity?.origin ?? '')
    const out = new TextOut(sink)
    await writeObject(out, new StreamedObject({ 'assessment-results': document(input, assessment, uuid) }))
    await out.write('\n')
    await out.flush()
  })
}

function document(input: AssessmentInput, assessment: Assessment, uuid: MakeUuid): StreamedObject {
  const { at, scope } = assessment
  const controls = scope.controls.map((c) => c.id)
  const version = policyDigest(input.policy)
  return new StreamedObject({
    uuid: uuid('results', version, stamp(at), ...controls),
    metadata: {
      title: 'State of the security policy',
      'last-modified': stamp(at),
      version: stamp(at),
      'oscal-version': OSCAL_VERSION,
      props: [prop('policy', version), ...logProps(input)],
      roles: input.policy.roles.map((role) => ({ id: token(role.key), title: line(role.title.en) })),
    },
    'import-ap': {
      href: `#${uuid('policy', version)}`,
      remarks: 'The policy is the plan: it names what is assessed and by which checks.',
    },
    results: new StreamedList(only(result(assessment, uuid, version))),
    'back-matter': { resources: [policyResource(input, uuid, version), ...frameworks(input, uuid)] },
  })
}

async function* only<T>(item: T): AsyncGenerator<T> {
  yield item
}

function logProps({ identity }: AssessmentInput): Json[] {
  if (identity === null) return []
  return [
    prop('log-origin', identity.origin),
    prop('log-key', identity.verifierKey),
    prop('log-quorum', identity.quorum),
  ]
}

function result(assessment: Assessment, uuid: MakeUuid, version: string): StreamedObject {
  const { at, scope, systems, verdicts, exceptions } = assessment
  const measured = verdicts.map((v) => v.measuredAt).filter((time) => time !== null)
  const start = measured.length === 0 ? at : new Date(Math.min(...measured.map((time) => time.getTime())))
  return new StreamedObject({
    uuid: uuid('result', version, stamp(at), ...scope.controls.map((c) => c.id)),
    title: 'Measured state',
    description:
      'What was measured, row by row. Only controls that were measured have a finding; what could not be read, is out of date, ' +
      'was not measured, is attested, does not apply or is for information is an observation with its state.',
    start: stamp(start),
    end: stamp(at),
    'local-definitions': {
      components: [
        {
          uuid: uuid('tool'),
          type: 'software',
          title: 'Bergfried',
          description: 'Measures the policy on real systems.',
          status: { state: 'operational' },
        },
      ],
      ...(systems.length === 0
        ? {}
        : {
            'inventory-items': systems.map((s) => ({
              uuid: uuid('system', s.name),
              description: line(s.name),
              props: [prop('name', s.name), prop('kind', s.kind)],
            })),
          }),
    },
    'reviewed-controls': {
      'control-selections': [{ 'include-controls': scope.controls.map((c) => ({ 'control-id': c.id })) }],
    },
    observations: new StreamedList(observations(assessment, uuid)),
    risks: new StreamedList(risks(verdicts, exceptions, uuid)),
    findings: new StreamedList(findings(assessment, uuid)),
  })
}

async function* observations(assessment: Assessment, uuid: MakeUuid): AsyncGenerator<Json> {
  const { at, scope, verdicts } = assessment
  const told = new Set<string>()
  for (const verdict of verdicts) {
    yield controlObservation(verdict, at, uuid)
    for (const check of verdict.checks) {
      if (told.has(check.check.id)) continue
      told.add(check.check.id)
      yield checkObservation(check, at, uuid)
    }
  }
  const checks = new Map(scope.checks.map((c) => [c.id as string, c]))
  for await (const row of assessment.rows(scope.checks, null)) {
    const check = checks.get(row.check)
    if (check !== undefined) yield rowObservation(check, row, assessment, uuid)
  }
}

async function* risks(
  verdicts: readonly ControlVerdict[],
  exceptions: Assessment['exceptions'],
  uuid: MakeUuid,
): AsyncGenerator<Json> {
  for (const verdict of verdicts) if (verdict.state === 'alarm') yield controlRisk(verdict, uuid)
  for (const exception of exceptions) yield exceptionRisk(exception, uuid)
}

async function* findings(assessment: Assessment, uuid: MakeUuid): AsyncGenerator<StreamedObject> {
  for (const verdict of assessment.verdicts) {
    const finding = controlFinding(verdict, assessment, uuid)
    if (finding !== null) yield finding
  }
}

/** The policy itself, so that `import-ap` leads somewhere. */
function policyResource({ policy }: AssessmentInput, uuid: MakeUuid, version: string): Json {
  return {
    uuid: uuid('policy', version),
    title: 'Security policy',
    description: `Canonical JSON (RFC 8785) of the policy; its SHA-256 is ${version}.`,
    props: [prop('sha256', version)],
    base64: {
      filename: 'policy.json',
      'media-type': 'application/json',
      value: Buffer.from(canonicalJson(policy as unknown as Json)).toString('base64'),
    },
  }
}

/** The works whose requirements the observations of controls name, in `requirement` with the key as class. */
const frameworks = ({ policy }: AssessmentInput, uuid: MakeUuid): Json[] =>
  policy.frameworks.map((framework) => ({
    uuid: uuid('framework', framework.key, framework.version),
    title: line(framework.name.en),
    props: [prop('framework', framework.key), prop('version', framework.version)],
    citation: { text: line(`${framework.name.en}, ${framework.version}`) },
  }))
