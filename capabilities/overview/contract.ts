import * as z from 'zod'

/** Shapes of what the console reads. The console imports the types alone. */
export const Both = z.strictObject({ de: z.string(), en: z.string() })
export type Both = z.infer<typeof Both>
const instant = z.iso.datetime()
export const STATE_NAMES = [
  'alarm',
  'error',
  'stale',
  'unmeasured',
  'excepted',
  'attested',
  'info',
  'skip',
  'ok',
] as const
export const StateName = z.enum(STATE_NAMES)
export type StateName = z.infer<typeof StateName>
export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const
const Counts = z.strictObject({
  ok: z.int(),
  alarm: z.int(),
  error: z.int(),
  stale: z.int(),
  info: z.int(),
  skip: z.int(),
  excepted: z.int(),
})

/**
 * 90 letters, oldest day first, the worst state that held on the (UTC) day: `a`larm, `e`rror, `s`tale, `u`nmeasured, `x` excepted,
 * `t` attested, `i`nfo, s`k`ip, `o`k; `-` where nobody judged that day.
 */
const History90 = z.string().length(90)

/** One sentence with its margin. */
export const PolicyLine = z
  .strictObject({
    id: z.string(),
    chapter: z.string(),
    claim: Both,
    owner: z.string(),
    references: z.record(z.string(), z.array(z.string())),
    public: z.boolean(),
    state: StateName,
    since: instant.nullable().describe('Since when it has been in this state.'),
    measuredAt: instant.nullable().describe('The oldest reading that the state rests on.'),
    counts: Counts,
    population: z.int(),
    systems: z.int(),
    checks: z.int(),
    open: z.int().describe('Open findings (alarm, error, stale rows without exception).'),
    worst: z
      .strictObject({ text: Both, system: z.string(), resource: z.string(), status: z.string() })
      .nullable()
      .describe('One thing that is wrong, the most severe and oldest, in words.'),
    history: History90,
  })
  .meta({ id: 'PolicyLine' })
export type PolicyLine = z.infer<typeof PolicyLine>

/** GET /api/policy (permission `policy`): the whole document with its live margins. */
export const PolicyHome = z
  .strictObject({
    at: instant,
    chapters: z.array(z.strictObject({ id: z.string(), title: Both, motto: Both })),
    frameworks: z.array(z.strictObject({ key: z.string(), name: Both, version: z.string() })),
    roles: z.array(z.strictObject({ key: z.string(), title: Both })),
    controls: z.array(PolicyLine),
    lastJudgedAt: instant.nullable(),
    sealed: z.strictObject({ size: z.int(), at: instant }).nullable().describe('The newest published checkpoint.'),
    systems: z.int(),
  })
  .meta({ id: 'PolicyHome' })
export type PolicyHome = z.infer<typeof PolicyHome>

/** GET /api/policy/:control (permission `read`): what opening a sentence shows. Rows come from GET /api/rows. */
export const SentenceView = z
  .strictObject({
    line: PolicyLine,
    enforced: Both.nullable(),
    freshness: z.string(),
    checks: z.array(
      z.strictObject({
        id: z.string(),
        title: Both,
        severity: z.enum(SEVERITIES),
        state: StateName.nullable(),
        counts: Counts,
        systems: z.int(),
        judged: z.int(),
        freshness: z.string(),
        sql: z.string(),
        reads: z.array(z.string()),
        remedy: Both,
        measuredAt: instant.nullable(),
        drill: z
          .strictObject({ at: instant, turnedRed: z.boolean(), redMs: z.int().nullable(), turnedGreen: z.boolean() })
          .nullable()
          .describe('The newest drill of this check.'),
      }),
    ),
    attestations: z.array(
      z.strictObject({
        id: z.string(),
        title: Both,
        validity: z.string(),
        standing: z.enum(['valid', 'expired', 'missing']),
        newest: z
          .strictObject({
            person: z.string(),
            document: z.string(),
            documentSha256: z.string(),
            at: instant,
            until: instant,
          })
          .nullable(),
      }),
    ),
    exceptions: z.array(
      z.strictObject({
        id: z.int(),
        check: z.string(),
        system: z.string().nullable(),
        resource: z.string().nullable(),
        owner: z.string(),
        reason: z.string(),
        until: instant,
      }),
    ),
    periods: z
      .array(
        z.strictObject({
          state: StateName,
          from: instant,
          until: instant.nullable(),
          alarm: z.int(),
          population: z.int(),
        }),
      )
      .describe('Recorded states of the last 90 days, newest first, at most 1,000.'),
    evidence: z
      .array(z.strictObject({ position: z.int(), at: instant, kind: z.string(), summary: Both }))
      .describe('Newest entries that tell of this sentence, at most 20.'),
  })
  .meta({ id: 'Sentence' })
export type SentenceView = z.infer<typeof SentenceView>
