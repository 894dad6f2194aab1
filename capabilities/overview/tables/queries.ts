import * as z from 'zod'
import { ROW_STATUSES } from '../../../kernel/check/check.ts'
import { SEVERITIES } from '../contract.ts'
import { tableQuery } from '../contract-tables.ts'

const name = z.string().max(200).optional()

/** What each table takes as a query string. */
export const FindingQuery = z.strictObject({
  ...tableQuery,
  state: z.enum(['open', 'closed', 'all']).default('open'),
  status: z.enum(ROW_STATUSES).extract(['alarm', 'error', 'stale']).optional(),
  severity: z.enum(SEVERITIES).optional(),
  control: name,
  system: name,
  check: name,
})
export const SystemQuery = z.strictObject({
  ...tableQuery,
  kind: z.enum(['host', 'postgres', 'endpoint', 'register', 'product']).optional(),
  state: z.enum(['ok', 'failing', 'silent']).optional(),
})
export const PersonQuery = z.strictObject({ ...tableQuery, status: z.enum(['active', 'left']).optional() })

const instant = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .optional()
export const EvidenceQuery = z.strictObject({
  ...tableQuery,
  kind: z
    .string()
    .regex(/^[a-z_]{1,40}$/)
    .optional(),
  from: instant,
  until: instant,
})

/** Besides the table's own filters. */
export const exportQuery = {
  format: z.enum(['csv', 'json']).default('csv'),
  lang: z.enum(['de', 'en']).default('de'),
}

/** Filters that are not there are undefined, and not missing: one shape inside. */
export const whole = <T extends object, K extends string>(
  query: T,
  keys: readonly K[],
): T & { [P in K]: P extends keyof T ? T[P] : undefined } =>
  Object.assign(Object.fromEntries(keys.map((k) => [k, undefined])), query) as never
