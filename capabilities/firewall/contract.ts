import * as z from 'zod'

const instant = z.iso.datetime()
const digest = z.string().regex(/^[0-9a-f]{64}$/)
const both = z.strictObject({ de: z.string().max(2000), en: z.string().max(2000) })
/** Longest text of a rule set in characters. */
export const MOST_RULES = 8_388_608

export const CHANGE_STATES = [
  'proposed',
  'approved',
  'sent',
  'applied',
  'confirmed',
  'rolled_back',
  'refused',
  'withdrawn',
] as const
export type ChangeState = (typeof CHANGE_STATES)[number]

export const ProbeView = z.strictObject({
  from: z.enum(['host', 'server']),
  address: z.union([z.ipv4(), z.ipv6()]),
  port: z.int().min(1).max(65_535),
  must: z.enum(['connect', 'fail']),
})
export type ProbeView = z.infer<typeof ProbeView>
const ProbeResult = ProbeView.extend({ address: z.string().max(100), held: z.boolean() })

/** What a change opens and closes at one hook, in boxes of packets. */
export const HookDifference = z.strictObject({
  family: z.enum(['ip4', 'ip6']),
  hook: z.enum(['ingress', 'prerouting', 'input', 'forward', 'output', 'postrouting']),
  opened: z.array(z.string()),
  closed: z.array(z.string()),
  complete: z.boolean().describe('False: there are more boxes than shown.'),
  because: z.array(z.string()).describe('Matches that nobody can evaluate and the difference hangs on.'),
  example: z.strictObject({ opened: z.string().nullable(), closed: z.string().nullable() }),
})
export const DifferenceView = z
  .strictObject({
    verdict: z.enum(['equal', 'different', 'undecided']),
    hooks: z.array(HookDifference),
    besides: z
      .array(z.strictObject({ place: z.string(), before: z.string().nullable(), after: z.string().nullable() }))
      .describe('What is no filter of packets and differs: translation, marks, sets.'),
    blindSpots: z.array(z.string()),
  })
  .meta({ id: 'FirewallDifference' })
export type DifferenceView = z.infer<typeof DifferenceView>

export const WhatIfView = z
  .strictObject({
    difference: DifferenceView.nullable(),
    refused: z.string().nullable().describe('What the kernel says where it does not take the rules.'),
    incremental: z.boolean().describe('True: only what changed was computed.'),
    milliseconds: z.strictObject({ kernel: z.number(), engine: z.number() }),
    result: digest.nullable(),
  })
  .meta({ id: 'FirewallWhatIf' })
export type WhatIfView = z.infer<typeof WhatIfView>

export const EventView = z.strictObject({
  state: z.enum(['applied', 'confirmed', 'rolled_back', 'refused']),
  at: instant,
  digest: digest.nullable(),
  asApproved: z.enum(['equal', 'different', 'undecided']).nullable(),
  why: both.nullable(),
  probes: z.array(ProbeResult),
  purged: z.int().nullable(),
})

export const ChangeView = z
  .strictObject({
    id: z.uuid(),
    host: z.string(),
    author: z.string(),
    need: z.string(),
    base: digest,
    rules: z.string(),
    shown: DifferenceView,
    probes: z.array(ProbeView),
    text: z.string().describe('What is signed, word by word.'),
    approvals: z.int(),
    approvedBy: z.array(z.string()),
    refusedBy: z.string().nullable(),
    note: z.string().nullable(),
    confirmSeconds: z.int(),
    createdAt: instant,
    expiresAt: instant,
    state: z.enum(CHANGE_STATES),
    stateAt: instant,
    /** While it is applied: when it is taken back unless it is confirmed. */
    deadline: instant.nullable(),
    events: z.array(EventView),
    mayApprove: z.boolean(),
  })
  .meta({ id: 'FirewallChange' })
export type ChangeView = z.infer<typeof ChangeView>

export const HostView = z
  .strictObject({
    host: z.string(),
    digest,
    seenAt: instant,
    text: z.string(),
    approved: digest.nullable().describe('Digest of what was confirmed last; null: nothing was.'),
    meaning: z.enum(['equal', 'different', 'undecided', 'never']),
    changedBy: z
      .strictObject({ process: z.string(), pid: z.int(), uid: z.int().nullable(), generation: z.int(), at: instant })
      .nullable()
      .describe('Who changed it last outside of an approved change, where the host saw it.'),
    problems: z.array(both).describe('What the host could not do, newest first.'),
    reviewedAt: instant.nullable(),
    reviewDue: instant,
  })
  .meta({ id: 'FirewallHost' })
export type HostView = z.infer<typeof HostView>

export const FirewallView = z
  .strictObject({
    me: z.string(),
    hosts: z.array(HostView.omit({ text: true })),
    changes: z.array(ChangeView.omit({ rules: true })).describe('Newest first, at most 100.'),
    credentials: z.strictObject({ rpId: z.string(), ids: z.array(z.string()) }),
  })
  .meta({ id: 'Firewall' })
export type FirewallView = z.infer<typeof FirewallView>

export const Propose = z.strictObject({
  host: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/),
  rules: z.string().min(1).max(MOST_RULES),
  need: z
    .string()
    .trim()
    .normalize('NFC')
    .min(1)
    .max(1000)
    .regex(/^\P{Cc}*$/u),
  confirmSeconds: z.int().min(5).max(600).default(60),
  approvals: z.int().min(1).max(9).default(1),
  probes: z.array(ProbeView).max(50).default([]),
})
export type Propose = z.infer<typeof Propose>
export const WhatIf = Propose.pick({ host: true, rules: true })

const word = z.string().max(64)
/** What a host says of its firewall; the same shape as `host/firewall/firewall-link.ts`. */
export const FirewallReport = z.strictObject({
  live: z
    .strictObject({ digest, text: z.string().max(MOST_RULES), json: z.string().max(MOST_RULES * 2), boot: word })
    .nullable(),
  events: z.array(EventView.extend({ id: z.uuid(), number: z.int(), at: z.string().max(40) })).max(1000),
  seen: z
    .array(
      z.strictObject({
        generation: z.int().min(0),
        pid: z.int().min(0),
        process: word,
        uid: z.int().min(0).nullable(),
        at: z.string().max(40),
        lines: z.array(z.string().max(300)).max(50),
      }),
    )
    .max(200),
  open: z.array(z.strictObject({ grant: z.uuid(), address: z.string().max(60) })).max(10_000),
  problems: z.array(both).max(100),
})
export type FirewallReport = z.infer<typeof FirewallReport>

export const FirewallNews = z
  .strictObject({
    change: z.strictObject({ order: z.string(), rules: z.string(), probes: z.array(ProbeView) }).nullable(),
    openings: z.string().nullable(),
  })
  .meta({ id: 'FirewallNews' })
export type FirewallNews = z.infer<typeof FirewallNews>

export const ConfirmQuestion = z.strictObject({
  id: z.uuid(),
  number: z.int(),
  probes: z.array(ProbeResult).max(100),
})
