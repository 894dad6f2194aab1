import * as z from 'zod'
import { Both, SEVERITIES } from './contract.ts'

const instant = z.iso.datetime()

/** Every table: `total` rows match, `rows` are those from `offset` on. Filters are the query string. */
const table = <T extends z.ZodType>(row: T) => z.strictObject({ total: z.int(), rows: z.array(row) })
/** What every table takes besides its own filters. `sort`: a column, with `-` before it for the other direction. */
export const tableQuery = {
  q: z.string().trim().max(200).default('').describe('Words that must all occur.'),
  sort: z.string().max(40).default(''),
  offset: z.coerce.number().int().min(0).max(10_000_000).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100),
}

/** GET /api/tables/findings?q&sort&offset&limit&state=open|closed|all&status&severity&control&system&check (`read`). */
export const FindingRow = z
  .strictObject({
    id: z.int(),
    status: z.enum(['alarm', 'error', 'stale']),
    severity: z.enum(SEVERITIES),
    controls: z.array(z.string()),
    check: z.string(),
    title: Both,
    system: z.string(),
    resource: z.string(),
    text: Both,
    openedAt: instant,
    lastSeenAt: instant.nullable().describe('The newest reading that still showed it.'),
    closedAt: instant.nullable(),
    excepted: z.boolean(),
  })
  .meta({ id: 'FindingRow' })
export type FindingRow = z.infer<typeof FindingRow>
export const FindingTable = table(FindingRow)
/** GET /api/findings/:id (`read`): one finding whole. */
export const FindingDetail = z
  .strictObject({
    finding: FindingRow,
    read: z.record(z.string(), z.unknown()).nullable().describe('What exactly was read.'),
    remedy: Both,
    exception: z.strictObject({ id: z.int(), owner: z.string(), reason: z.string(), until: instant }).nullable(),
    history: z.array(
      z.strictObject({ status: z.string(), reason: z.string(), text: Both, from: instant, until: instant.nullable() }),
    ),
  })
  .meta({ id: 'FindingDetail' })
export type FindingDetail = z.infer<typeof FindingDetail>

/** GET /api/tables/systems?q&sort&offset&limit&kind&state=ok|failing|silent (`read`). */
export const SystemRow = z
  .strictObject({
    id: z.int(),
    name: z.string(),
    kind: z.enum(['host', 'postgres', 'endpoint', 'register', 'product']),
    state: z
      .enum(['ok', 'failing', 'silent'])
      .describe('failing: something could not be read; silent: nothing was read for an hour or ever.'),
    lastReadAt: instant.nullable(),
    kinds: z.int(),
    failing: z.int(),
    open: z.int().describe('Open findings.'),
  })
  .meta({ id: 'SystemRow' })
export type SystemRow = z.infer<typeof SystemRow>
export const SystemTable = table(SystemRow)
/** GET /api/systems/:name/detail (`read`). */
export const SystemDetail = z
  .strictObject({
    system: SystemRow,
    kinds: z.array(
      z.strictObject({
        kind: z.string(),
        lastOkAt: instant.nullable(),
        lastTryAt: instant,
        failure: z.strictObject({ code: z.string(), text: Both }).nullable(),
      }),
    ),
    collections: z
      .array(
        z.strictObject({
          at: instant,
          milliseconds: z.int(),
          kinds: z.int(),
          failures: z.int(),
          opened: z.int(),
          closed: z.int(),
        }),
      )
      .describe('The newest 50.'),
    worst: z.array(FindingRow).describe('At most 20 open findings.'),
  })
  .meta({ id: 'SystemDetail' })
export type SystemDetail = z.infer<typeof SystemDetail>

/** GET /api/tables/people?q&sort&offset&limit&status=active|left (`people`): the register of people. */
export const PersonRow = z
  .strictObject({
    person: z.string(),
    name: z.string(),
    email: z.string().nullable(),
    status: z.enum(['active', 'left']),
    startsOn: z.string().nullable(),
    endsOn: z.string().nullable(),
    accounts: z.int(),
    entitlements: z.int(),
    keys: z.int(),
    open: z.int().describe('Open findings whose resource names the person or one of the accounts.'),
  })
  .meta({ id: 'PersonRow' })
export type PersonRow = z.infer<typeof PersonRow>
export const PersonTable = table(PersonRow)
/** GET /api/people/:person (`people`). */
export const PersonDetail = z
  .strictObject({
    person: PersonRow,
    accounts: z.array(z.strictObject({ system: z.string(), account: z.string() })),
    entitlements: z.array(
      z.strictObject({
        system: z.string(),
        account: z.string(),
        privilege: z.string(),
        need: z.string(),
        approvedBy: z.string(),
        until: z.string().nullable(),
      }),
    ),
    keys: z.array(z.strictObject({ fingerprint: z.string(), until: z.string().nullable() })),
  })
  .meta({ id: 'PersonDetail' })
export type PersonDetail = z.infer<typeof PersonDetail>

/** GET /api/tables/evidence?q&sort&offset&limit&kind&from&until (`read`): entries, newest first where nothing is said. */
export const EvidenceRow = z
  .strictObject({
    position: z.int(),
    at: instant,
    kind: z.string(),
    summary: Both,
    digest: z.string().nullable(),
    sealed: z.boolean().describe('Below the size of the newest published checkpoint.'),
  })
  .meta({ id: 'EvidenceRow' })
export type EvidenceRow = z.infer<typeof EvidenceRow>
export const EvidenceTable = table(EvidenceRow)

/**
 * Exports stream: GET /api/tables/{findings,systems,people,evidence}/export?format=csv|json&lang=de|en plus the table's filters
 * (permission `export`; each leaves an evidence entry). CSV: RFC 4180, UTF-8 with BOM, cells that a spreadsheet would run are defused.
 */
