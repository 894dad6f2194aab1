import * as z from 'zod'

const instant = z.iso.datetime()
const rule = z.string().regex(/^[0-9a-f]{64}$/)
const short = z.string().trim().min(1).max(200)

export const FirewallNote = z.strictObject({
  owner: short.nullable(),
  reason: z.string().trim().min(1).max(1000).nullable(),
  ticket: short.nullable(),
  expiresOn: z.iso.date().nullable(),
})
export type FirewallNote = z.infer<typeof FirewallNote>
export const WriteNote = FirewallNote.extend({ host: z.string().max(100), rule })

/** What speaks for looking at a rule. */
export const REVIEW_FLAGS = ['dead', 'never_hit', 'ownerless', 'expired', 'broad', 'uncounted'] as const
export type ReviewFlag = (typeof REVIEW_FLAGS)[number]
export const DECISIONS = ['keep', 'narrow', 'remove'] as const

export const ReviewedRule = z.strictObject({
  rule,
  id: z.string(),
  chain: z.string(),
  text: z.string(),
  comment: z.string().nullable(),
  /** Of the proof: see engines/packetspace/review.ts. */
  state: z.enum(['unreachable', 'impossible', 'shadowed', 'redundant', 'live', 'unknown']),
  by: z.array(z.string()),
  packets: z.int().nullable(),
  countedSince: instant.nullable(),
  countedUntil: instant.nullable(),
  note: FirewallNote.nullable(),
  flags: z.array(z.enum(REVIEW_FLAGS)),
  proposal: z.enum(DECISIONS),
})
export type ReviewedRule = z.infer<typeof ReviewedRule>

export const Decide = z.strictObject({
  id: z.uuid(),
  rule,
  decision: z.enum(DECISIONS),
  reason: z.string().trim().min(1).max(1000),
})

export const DecisionView = z.strictObject({
  rule,
  decision: z.enum(DECISIONS),
  reason: z.string(),
  by: z.string(),
  at: instant,
})

export const ReviewView = z
  .strictObject({
    id: z.uuid(),
    host: z.string(),
    digest: z.string().describe('Of the rule set that is reviewed.'),
    openedBy: z.string(),
    openedAt: instant,
    rules: z.array(ReviewedRule),
    decisions: z.array(DecisionView),
    text: z.string().describe('What is signed, once every rule is decided.').nullable(),
    closedBy: z.string().nullable(),
    closedAt: instant.nullable(),
  })
  .meta({ id: 'FirewallReview' })
export type ReviewView = z.infer<typeof ReviewView>
