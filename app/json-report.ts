import type { VerdictRow } from '../kernel/check/row-query.ts'
import { reasonText, remedyText } from '../kernel/check/row-words.ts'
import type { ControlVerdict } from '../kernel/check/verdicts.ts'

/** The same as the text report, for machines: both languages, every row that is not fine. */
export function jsonReport(
  verdicts: readonly ControlVerdict[],
  rows: ReadonlyMap<string, readonly VerdictRow[]>,
  at: Date,
) {
  return {
    at: at.toISOString(),
    controls: verdicts.map((verdict) => ({
      id: verdict.control.id,
      claim: verdict.control.claim,
      state: verdict.state,
      population: verdict.population,
      counts: verdict.counts,
      measuredAt: verdict.measuredAt?.toISOString() ?? null,
      attestations: verdict.attestations,
      checks: verdict.checks.map(({ check, state, tally }) => ({
        id: check.id,
        title: check.title,
        severity: check.severity,
        state,
        counts: tally.counts,
        systems: tally.systems,
        judged: tally.judged,
        rows: (rows.get(check.id) ?? []).map((row) => ({
          system: row.system,
          resource: row.resource,
          status: row.status,
          reason: row.reason,
          text: { de: reasonText(check, row, 'de'), en: reasonText(check, row, 'en') },
          remedy: { de: remedyText(check, row, 'de'), en: remedyText(check, row, 'en') },
          read: row.dims,
          since: row.since.toISOString(),
          exception: row.exception,
        })),
      })),
    })),
  }
}
