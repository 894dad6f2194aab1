import * as z from 'zod'

/** At most so many rows of one kind are taken at once. */
export const MOST_ROWS = 100_000

// Control characters, and those that turn the reading direction, by which one name can pass for another.
const PLAIN = /^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/u

const plain = (max: number) =>
  z.string().trim().normalize('NFC').min(1).max(max).regex(PLAIN, 'holds control characters')
const id = plain(200)
const system = plain(200).describe('Name of a system, or * for all.')
const day = z.iso.date()

export const PersonRow = z.strictObject({
  person: id.describe('Identifier of the person, for example a staff number.'),
  displayName: plain(400),
  email: plain(320).nullable().default(null),
  status: z.enum(['active', 'left']),
  startsOn: day.nullable().default(null),
  endsOn: day.nullable().default(null).describe('Last day.'),
})

export const ServiceAccountRow = z.strictObject({
  service: id,
  purpose: plain(2000),
  owner: id.describe('Person who answers for it.'),
})

export const AccountOwnerRow = z.strictObject({
  targetSystem: system,
  account: plain(400),
  ownerKind: z.enum(['person', 'service']),
  owner: id,
})

export const EntitlementRow = z.strictObject({
  targetSystem: system,
  account: plain(400),
  privilege: z.enum(['os', 'firewall', 'database', 'keys', 'network']),
  need: plain(2000).describe('The business need.'),
  approvedBy: id.describe('Person who approved it; never the one who answers for the account.'),
  until: day.nullable().default(null).describe('Last day.'),
})

export const EnrolledKeyRow = z.strictObject({
  owner: id.describe('Person or service.'),
  fingerprint: z
    .string()
    .trim()
    .regex(/^SHA256:[A-Za-z0-9+/]{43}$/)
    .describe('As ssh-keygen -l prints it.'),
  until: day.nullable().default(null).describe('Last day.'),
})

/** Shape of one row per kind of the register. The names are those of the facts. */
export const REGISTER_ROWS = {
  person: PersonRow,
  service_account: ServiceAccountRow,
  account_owner: AccountOwnerRow,
  entitlement: EntitlementRow,
  enrolled_key: EnrolledKeyRow,
} as const

export type RegisterKind = keyof typeof REGISTER_ROWS
export type RegisterRow<K extends RegisterKind> = z.output<(typeof REGISTER_ROWS)[K]>

/** The whole register: rows of every kind, as they become facts. */
export type Register = {
  readonly [K in RegisterKind]: readonly RegisterRow<K>[]
}

/** The kinds, in the order in which one refers to another. */
export const REGISTER_KINDS = Object.keys(REGISTER_ROWS) as readonly RegisterKind[]

/** An import as JSON: each kind that is given replaces the stored one as a whole, the others stay. */
export const RegisterImport = z
  .strictObject({
    person: z.array(PersonRow).max(MOST_ROWS).optional(),
    service_account: z.array(ServiceAccountRow).max(MOST_ROWS).optional(),
    account_owner: z.array(AccountOwnerRow).max(MOST_ROWS).optional(),
    entitlement: z.array(EntitlementRow).max(MOST_ROWS).optional(),
    enrolled_key: z.array(EnrolledKeyRow).max(MOST_ROWS).optional(),
  })
  .meta({ id: 'RegisterImport' })
export type RegisterImport = z.infer<typeof RegisterImport>
