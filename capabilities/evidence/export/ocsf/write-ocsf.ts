import { type AssessmentInput, assess } from '../assessment.ts'
import { TextOut } from '../json-stream.ts'
import { uuidMaker } from '../oscal/oscal-names.ts'
import type { Sink } from '../sink.ts'
import { ocsfFinding } from './ocsf-finding.ts'

/**
 * Writes every row of the checks as an OCSF Compliance Finding, one JSON object per line.
 *
 * @throws {BergfriedError} `control.unknown`
 */
export async function writeOcsf(input: AssessmentInput, sink: Sink): Promise<void> {
  await assess(input, async ({ scope, systems, rows }) => {
    const uuid = uuidMaker(input.identity?.origin ?? '')
    const kinds = new Map(systems.map((s) => [s.name, s.kind]))
    const checks = new Map(
      scope.checks.map((check) => [
        check.id as string,
        { check, controls: scope.controls.filter((c) => c.checks.includes(check.id)) },
      ]),
    )
    const out = new TextOut(sink)
    for await (const row of rows(scope.checks, null)) {
      const known = checks.get(row.check)
      if (known === undefined) continue
      const uid = uuid('row', row.check, row.system, row.resource, row.since.toISOString())
      const { frameworks } = input.policy
      const systemKind = kinds.get(row.system) ?? 'unknown'
      await out.write(`${JSON.stringify(ocsfFinding(row, { ...known, frameworks, systemKind, uid }))}\n`)
    }
    await out.flush()
  })
}
