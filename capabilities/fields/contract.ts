import * as z from 'zod'

const instant = z.iso.datetime()
export const KeyName = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/)
export const HolderName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.@-]{0,99}$/)
const Need = z.string().trim().min(1).max(1000)

export const KeyView = z
  .strictObject({
    name: z.string(),
    state: z.enum(['active', 'disabled', 'shredded']),
    madeAt: instant,
    /** When the version was made that wraps now. */
    rotatedAt: instant,
    endedAt: instant.nullable(),
    versions: z.int(),
    uses: z.int(),
    refused: z.int(),
    lastUse: instant.nullable(),
    liveGrants: z.int(),
  })
  .meta({ id: 'EncryptionKey' })
export type KeyView = z.infer<typeof KeyView>

export const KeyOrderView = z
  .strictObject({
    id: z.uuid(),
    kind: z.enum(['grant', 'enable', 'shred']),
    key: z.string(),
    requester: z.string(),
    holder: z.string().nullable(),
    owner: z.string().nullable(),
    may: z.array(z.enum(['wrap', 'unwrap'])),
    need: z.string(),
    text: z.string(),
    state: z.enum(['open', 'refused', 'expired', 'live', 'over', 'done']),
    approvals: z.int(),
    approvedBy: z.array(z.string()),
    createdAt: instant,
    from: instant.nullable(),
    until: instant.nullable(),
    endedAt: instant.nullable(),
    endReason: z.string().nullable(),
    uses: z.int(),
    lastUse: instant.nullable(),
    /** The caller's own: others approve it. */
    own: z.boolean(),
  })
  .meta({ id: 'KeyOrder' })
export type KeyOrderView = z.infer<typeof KeyOrderView>

/** GET /api/keys (`read`). */
export const KeysView = z
  .strictObject({
    /** False: this is a demonstration, or the keeper does not answer. */
    acts: z.boolean(),
    /** What holders seal their questions to; null: the keeper does not answer. */
    keeperKey: z.string().nullable(),
    keys: z.array(KeyView),
    orders: z.array(KeyOrderView),
    holders: z.array(z.strictObject({ name: z.string(), owner: z.string(), enrolledAt: instant })),
    /** What the caller's browser signs with. */
    credentials: z.strictObject({ rpId: z.string(), ids: z.array(z.string()) }),
  })
  .meta({ id: 'EncryptionKeys' })
export type KeysView = z.infer<typeof KeysView>

export const AskKeyOrder = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('grant'),
    key: KeyName,
    holder: HolderName,
    may: z
      .array(z.enum(['wrap', 'unwrap']))
      .min(1)
      .max(2),
    perMinute: z.int().min(1).max(999_999).default(600),
    seconds: z
      .int()
      .min(60)
      .max(90 * 86_400),
    need: Need,
  }),
  z.strictObject({ kind: z.enum(['enable', 'shred']), key: KeyName, need: Need }),
])
export type AskKeyOrder = z.infer<typeof AskKeyOrder>

/** A holder and the proof that it has its key. */
export const EnrolHolder = z.strictObject({
  name: HolderName,
  owner: z.string().trim().min(1).max(200),
  publicKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  /** Ed25519 over `holderText`, base64url. */
  proof: z.string().max(100),
})
export type EnrolHolder = z.infer<typeof EnrolHolder>

/** What a holder signs to be enrolled. */
export const holderText = ({ name, owner, publicKey }: Omit<EnrolHolder, 'proof'>): string =>
  `bergfried-key-holder 1\nname ${name}\nowner ${owner}\nkey ${publicKey}\n`

export const UseKey = z.strictObject({
  question: z.string().max(2000),
  signature: z.string().max(200),
  context: z.string().max(12_000),
  box: z.string().max(4000),
})
