import * as z from 'zod'

const login = z.string().trim().toLowerCase().min(3).max(200)
const instant = z.iso.datetime()
const both = z.strictObject({ de: z.string(), en: z.string() })

/** Something that can be asked for. */
export const EntitlementView = z.strictObject({
  name: z.string(),
  title: both,
  system: z.string(),
  kind: z.enum(['host', 'postgres', 'application', 'network']),
  level: z.string(),
  approvals: z.int(),
  longestSeconds: z.int(),
  /** Whether anybody acts on the system, so that it can be had. */
  ready: z.boolean(),
})

export const REQUEST_STATES = ['waiting', 'approved', 'refused', 'withdrawn', 'expired'] as const
export const RequestView = z.strictObject({
  id: z.uuid(),
  requester: z.string(),
  receiver: z.string(),
  entitlement: z.string(),
  system: z.string(),
  need: z.string(),
  seconds: z.int(),
  state: z.enum(REQUEST_STATES),
  createdAt: instant,
  expiresAt: instant,
  approvals: z.int(),
  approvedBy: z.array(z.string()),
  refusedBy: z.string().nullable(),
  note: z.string().nullable(),
  text: z.string().describe('What is signed, word by word.'),
})
export type RequestView = z.infer<typeof RequestView>

export const STEP_STATES = ['pending', 'sent', 'acknowledged', 'verified-gone', 'failed', 'cannot'] as const
export const StepView = z.strictObject({
  case: z.uuid(),
  trigger: z.enum(['time', 'early', 'lock', 'left', 'drill']),
  openedBy: z.string(),
  openedAt: instant,
  deadline: instant,
  state: z.enum(STEP_STATES),
  reason: z.string().nullable(),
  residualUntil: instant.nullable(),
  attempts: z.int(),
  sentAt: instant.nullable(),
  acknowledgedAt: instant.nullable(),
  verifiedAt: instant.nullable(),
  probe: z.enum(['refused', 'let_in', 'cannot']).nullable(),
})
export type StepView = z.infer<typeof StepView>

export const GrantView = z.strictObject({
  id: z.uuid(),
  person: z.string(),
  entitlement: z.string(),
  system: z.string(),
  kind: z.string(),
  level: z.string(),
  account: z.string(),
  from: instant,
  until: instant,
  appliedAt: instant.nullable(),
  problem: z.string().nullable(),
  external: z.string().nullable(),
  endedAt: instant.nullable(),
  endedBy: z.string().nullable(),
  endReason: z.enum(['time', 'early', 'lock', 'left', 'drill']).nullable(),
  /** The newest step of its revocation, the receipt once it is verified. */
  step: StepView.nullable(),
})
export type GrantView = z.infer<typeof GrantView>

/** GET /api/access: what somebody can ask for, has, and has to decide. */
export const AccessView = z
  .strictObject({
    me: z.string(),
    entitlements: z.array(EntitlementView),
    requests: z.array(RequestView).describe('Own ones, newest first.'),
    waiting: z.array(RequestView).describe('Of others, that wait for the caller.'),
    grants: z.array(GrantView).describe('Live ones; of everybody for whoever may approve.'),
    ended: z.array(GrantView).describe('Ended ones, newest first.'),
    mayApprove: z.boolean(),
    approver: z.boolean().describe('Whether the keeper knows a key by which the caller approves.'),
    enrolments: z.array(z.strictObject({ id: z.uuid(), person: z.string(), text: z.string() })),
    locks: z.array(
      z.strictObject({
        kind: z.enum(['person', 'host']),
        target: z.string(),
        reason: z.string(),
        by: z.string(),
        at: instant,
      }),
    ),
    credentials: z
      .strictObject({ rpId: z.string(), ids: z.array(z.string()) })
      .describe('Own passkeys, to approve with.'),
    sshKeys: z.array(z.strictObject({ fingerprint: z.string(), label: z.string(), addedAt: instant })),
  })
  .meta({ id: 'Access' })
export type AccessView = z.infer<typeof AccessView>

export const AskFor = z.strictObject({
  entitlement: z.string().max(100),
  receiver: login.nullable().default(null).describe('Null: for oneself.'),
  seconds: z
    .int()
    .min(60)
    .max(30 * 86_400),
  need: z
    .string()
    .trim()
    .normalize('NFC')
    .min(1)
    .max(1000)
    .regex(/^\P{Cc}*$/u),
  credential: z.string().max(400).nullable().default(null),
})

export const Assertion = z.strictObject({
  clientData: z.base64url().max(4000),
  authenticatorData: z.base64url().max(2000),
  signature: z.base64url().max(2000),
})
export const Approve = z.strictObject({ passkey: Assertion })
export const Refuse = z.strictObject({ note: z.string().trim().max(1000).default('') })
export const LockWishBody = z.strictObject({
  kind: z.enum(['person', 'host']),
  target: z.string().trim().min(1).max(200),
  reason: z.string().trim().min(1).max(1000),
  left: z.boolean().default(false).describe('The person is gone for good.'),
})
export const LiftLock = LockWishBody.pick({ kind: true, target: true })

export const NewSshKey = z.strictObject({
  line: z.string().max(12_000),
  label: z.string().trim().max(80).default('SSH'),
})

/** POST /api/access/approvers: the caller's own key is to approve from now on. */
export const BecomeApprover = z.strictObject({
  passkey: z.string().max(1400).nullable().describe('Credential id of an own passkey.'),
  ssh: z.string().max(60).nullable().describe('Fingerprint of an own SSH key.'),
})
export const Enrolled = z.strictObject({
  waits: z.boolean().describe('True: somebody who approves has to sign it first.'),
})

export const NewHost = z.strictObject({ name: z.string().max(63) })
export const HostToken = z
  .strictObject({ name: z.string(), token: z.string(), authority: z.string(), orders: z.string() })
  .meta({ id: 'HostToken' })

/** POST /api/signed: a call of the command line, signed by an enrolled SSH key. */
export const SignedCall = z.strictObject({ text: z.string().max(40_000), signature: z.string().max(8000) })
