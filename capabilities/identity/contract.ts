import * as z from 'zod'

/** What a person is in this house. One person may be several. */
export const ROLES = ['owner', 'approver', 'reviewer', 'auditor', 'member'] as const
export type Role = (typeof ROLES)[number]

const Language = z.enum(['de', 'en'])
const words = (max: number) => z.string().trim().min(1).max(max)
/** What a person types to sign in: an address for mail, compared without case. */
export const Login = z.string().trim().toLowerCase().min(3).max(200)
const Secret = z.string().min(1).max(1000)
/** Raw WebAuthn JSON of the browser (W3C WebAuthn Level 3, section 5.5); judged by the library, bounded here. */
const Credential = z.looseObject({ id: z.string().max(2000) })
/** WebAuthn options for the browser, as the library makes them. */
const Options = z.looseObject({ challenge: z.string() })
const instant = z.iso.datetime()

/** GET /api/organisation: public; what the sign-in page and the trust page show. */
export const OrganisationView = z
  .strictObject({
    name: z.string().nullable(),
    logo: z.string().nullable().describe('Address of the logo (/organisation/logo?v=digest), or null.'),
    language: Language,
    demo: z.boolean(),
    setup: z.boolean().describe('True while nobody has been set up yet.'),
    passkeys: z.boolean().describe('False where the address of this server cannot carry passkeys.'),
    providers: z.array(z.strictObject({ id: z.string(), name: z.string() })),
  })
  .meta({ id: 'Organisation' })
export type OrganisationView = z.infer<typeof OrganisationView>

/** GET /api/session: who is signed in. 401 where nobody is. */
export const SessionView = z
  .strictObject({
    person: z.strictObject({
      id: z.uuid(),
      name: z.string(),
      login: z.string(),
      language: Language,
      roles: z.array(z.enum(ROLES)),
    }),
    permissions: z.array(z.string()).describe('What the policies let this person do.'),
    csrf: z.string().describe('To be sent as x-bergfried-csrf with everything but GET.'),
    until: instant,
    secondFactor: z.boolean().describe('False: a password without a second factor, which may only enrol one.'),
  })
  .meta({ id: 'Session' })
export type SessionView = z.infer<typeof SessionView>

/** POST /api/sign-in/passkey/options -> { ceremony, options }; POST /api/sign-in/passkey. */
export const PasskeyOptions = z.strictObject({ ceremony: z.string(), options: Options }).meta({ id: 'PasskeyOptions' })
export const PasskeySignIn = z.strictObject({ ceremony: z.string().max(200), credential: Credential })
/** POST /api/sign-in/password: one answer for everything that is wrong. `code`: TOTP or a recovery code. */
export const PasswordSignIn = z.strictObject({
  login: Login,
  password: Secret,
  code: z.string().trim().max(64).default(''),
})

/**
 * Setup and invitations walk the same way: a one-time link `/setup#TOKEN` or `/join#TOKEN`.
 * POST /api/setup/open {token} -> OpenedLink; POST /api/setup/passkey/options {token, name, login} -> PasskeyOptions;
 * POST /api/setup/complete Completion -> SessionView (signed in; the link is used up).
 */
export const OpenLink = z.strictObject({ token: z.string().max(200) })
export const OpenedLink = z
  .strictObject({
    kind: z.enum(['setup', 'invitation']),
    until: instant,
    name: z.string().nullable(),
    login: z.string().nullable(),
    totp: z
      .strictObject({ secret: z.string(), uri: z.string() })
      .describe('A fresh TOTP secret (RFC 6238) for whoever takes a password; base32 and otpauth URI.'),
  })
  .meta({ id: 'OpenedLink' })
export const BeginPasskey = z.strictObject({ token: z.string().max(200), name: words(200), login: Login })
export const Organisation = z.strictObject({
  name: words(120),
  /** data:image/png;base64,... or image/svg+xml (cleaned) or webp; at most 100 kB. Null: none. */
  logo: z.string().max(150_000).nullable(),
})
export const Completion = z.strictObject({
  token: z.string().max(200),
  language: Language,
  name: words(200),
  login: Login,
  method: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('passkey'),
      ceremony: z.string().max(200),
      credential: Credential,
      label: words(80),
    }),
    z.strictObject({
      kind: z.literal('password'),
      password: Secret,
      totpSecret: z.string().max(200),
      code: z.string().trim().max(10),
    }),
  ]),
  organisation: Organisation.nullable().default(null).describe('Only with a setup link.'),
})
/** Recovery codes are shown once: after completion and after making new ones. */
export const Completed = z
  .strictObject({ session: SessionView, recoveryCodes: z.array(z.string()) })
  .meta({ id: 'Completed' })

/** GET /api/me/...: the signed-in person's own things. */
export const OwnSession = z
  .strictObject({
    id: z.uuid(),
    current: z.boolean(),
    method: z.enum(['passkey', 'password', 'oidc', 'setup']),
    device: z.string(),
    address: z.string(),
    createdAt: instant,
    lastSeenAt: instant,
    until: instant,
  })
  .meta({ id: 'OwnSession' })
export const OwnPasskey = z
  .strictObject({
    id: z.uuid(),
    label: z.string(),
    createdAt: instant,
    lastUsedAt: instant.nullable(),
    synced: z.boolean(),
  })
  .meta({ id: 'OwnPasskey' })
export const AccountView = z
  .strictObject({
    sessions: z.array(OwnSession),
    passkeys: z.array(OwnPasskey),
    password: z.strictObject({ set: z.boolean(), totp: z.boolean() }),
    recoveryCodesLeft: z.int(),
    linked: z.array(z.strictObject({ id: z.uuid(), provider: z.string(), createdAt: instant })),
  })
  .meta({ id: 'Account' })
export type AccountView = z.infer<typeof AccountView>

/** GET /api/accounts: who may sign in (permission admin). The register of people is something else. */
export const AccountRow = z
  .strictObject({
    id: z.uuid(),
    name: z.string(),
    login: z.string(),
    roles: z.array(z.enum(ROLES)),
    lockedAt: instant.nullable(),
    lastSeenAt: instant.nullable(),
    methods: z.array(z.enum(['passkey', 'password', 'oidc'])),
    sessions: z.int(),
    invited: z.boolean().describe('True: an invitation is open.'),
  })
  .meta({ id: 'AccountRow' })
export type AccountRow = z.infer<typeof AccountRow>
/** POST /api/accounts -> { id, link }: makes a person and a one-time link to join, good for 72 hours. */
export const NewAccount = z.strictObject({
  name: words(200),
  login: Login,
  roles: z.array(z.enum(ROLES)).min(1).max(5),
})
