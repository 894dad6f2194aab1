import * as z from 'zod'

const instant = z.iso.datetime()

export const BanView = z
  .strictObject({
    id: z.uuid(),
    network: z.string(),
    armed: z.boolean(),
    rule: z.string(),
    level: z.enum(['low', 'medium', 'high', 'critical']),
    alert: z.string().nullable(),
    reason: z.string().nullable(),
    by: z.string().nullable(),
    before: z.int(),
    at: instant,
    until: instant,
    endedAt: instant.nullable(),
    endReason: z.enum(['time', 'hand', 'never', 'mode']).nullable(),
  })
  .meta({ id: 'Ban' })
export type BanView = z.infer<typeof BanView>

/** GET /api/bans (`read`). */
export const BansView = z
  .strictObject({
    mode: z.enum(['off', 'dry-run', 'armed']),
    /** Bans that are decided, and those of them that the kernel has; null: it was not asked or did not answer. */
    decided: z.int(),
    enforced: z.int().nullable(),
    /** Why the kernel did not take or tell them. */
    problem: z.string().nullable(),
    lookedAt: instant.nullable(),
    /** Packets that were refused. */
    refused: z.int().nullable(),
    live: z.array(BanView),
    ended: z.array(BanView),
    /** Attackers of the last day who were not kept out, and why. */
    spared: z.array(z.strictObject({ address: z.string(), why: z.string(), rule: z.string(), at: instant })),
  })
  .meta({ id: 'Bans' })
export type BansView = z.infer<typeof BansView>

export const NewBan = z
  .strictObject({
    network: z.string().min(2).max(60),
    seconds: z.int().min(60).max(31_622_400),
    reason: z.string().min(1).max(1000),
  })
  .meta({ id: 'NewBan' })
export type NewBan = z.infer<typeof NewBan>
