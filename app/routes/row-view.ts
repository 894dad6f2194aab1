import type * as z from 'zod'
import type { Check } from '../../kernel/check/check.ts'
import type { VerdictRow } from '../../kernel/check/row-query.ts'
import { reasonText, remedyText } from '../../kernel/check/row-words.ts'
import type { ControlVerdict } from '../../kernel/check/verdicts.ts'
import type { ControlView, RowView } from './views.ts'

/** A row with its words. */
export const rowView = (check: Check, row: VerdictRow): z.infer<typeof RowView> => ({
  id: row.id,
  check: row.check,
  system: row.system,
  resource: row.resource,
  status: row.status,
  reason: row.reason,
  text: { de: reasonText(check, row, 'de'), en: reasonText(check, row, 'en') },
  remedy: { de: remedyText(check, row, 'de'), en: remedyText(check, row, 'en') },
  read: row.dims,
  since: row.since.toISOString(),
  until: row.until?.toISOString() ?? null,
  exception: row.exception,
})

/** A control with its state. */
export const controlView = (verdict: ControlVerdict): z.infer<typeof ControlView> => ({
  id: verdict.control.id,
  chapter: verdict.control.chapter,
  claim: verdict.control.claim,
  owner: verdict.control.owner,
  references: verdict.control.references,
  public: verdict.control.public,
  state: verdict.state,
  counts: verdict.counts,
  population: verdict.population,
  measuredAt: verdict.measuredAt?.toISOString() ?? null,
  attestations: [...verdict.attestations],
  checks: verdict.checks.map(({ check, state, tally }) => ({
    id: check.id,
    title: check.title,
    severity: check.severity,
    state,
    counts: tally.counts,
    systems: tally.systems,
    judged: tally.judged,
  })),
})
