import * as z from 'zod'

const instant = z.iso.datetime()
export const ALERT_STATES = ['open', 'acknowledged', 'closed'] as const

export const AlertView = z
  .strictObject({
    id: z.uuid(),
    rule: z.string(),
    title: z.string(),
    level: z.enum(['informational', 'low', 'medium', 'high', 'critical']),
    tags: z.array(z.string()),
    /** Whom and what it is about: `src_ip`, `user`, … */
    about: z.record(z.string(), z.string()),
    firstAt: instant,
    lastAt: instant,
    count: z.int(),
    /** The newest lines, at most 20. */
    events: z.array(z.strictObject({ id: z.string(), raw: z.string(), digest: z.string() })),
    /** SHA-256 of the rules that it was found with. */
    pack: z.string(),
    state: z.enum(ALERT_STATES),
    decidedBy: z.string().nullable(),
    decidedAt: instant.nullable(),
    note: z.string().nullable(),
  })
  .meta({ id: 'Alert' })
export type AlertView = z.infer<typeof AlertView>

/** GET /api/alerts (`read`). */
export const AlertsView = z
  .strictObject({
    /** False: no log is watched. */
    watching: z.boolean(),
    rules: z.int(),
    problems: z.array(z.strictObject({ file: z.string(), line: z.int(), code: z.string(), reason: z.string() })),
    sources: z.array(
      z.strictObject({
        name: z.string(),
        lines: z.int(),
        unread: z.int(),
        lastAt: instant.nullable(),
        lookedAt: instant,
      }),
    ),
    alerts: z.array(AlertView),
  })
  .meta({ id: 'Alerts' })
export type AlertsView = z.infer<typeof AlertsView>
