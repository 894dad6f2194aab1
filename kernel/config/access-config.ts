import * as z from 'zod'
import { because, expected, fields, pattern } from '../yaml/shape.ts'
import { secondsOf } from './seconds.ts'

/** Longest grant that the keeper opens. */
const MOST_SECONDS = 30 * 86_400

/** Something that can be granted on one system. */
export interface Entitlement {
  readonly name: string
  readonly title: { readonly de: string; readonly en: string }
  readonly system: string
  readonly kind: 'host' | 'postgres' | 'application' | 'network'
  readonly level: string
  /** A fixed account of the system; null: one that is the person's own. */
  readonly account: string | null
  /** Of hosts: groups of the account. */
  readonly groups: readonly string[]
  /** Of hosts: what may be run as root; null: nothing. */
  readonly sudo: readonly string[] | null
  /** Logins of those who may approve; empty: whoever has the role. */
  readonly approvers: readonly string[]
  readonly approvals: number
  readonly longestSeconds: number
  /** Of hosts: extensions of certificates. */
  readonly extensions: readonly string[]
  /** Networks it may be used from; empty: any. */
  readonly source: readonly string[]
}

const duration = z.iso.duration().refine((d) => secondsOf(d) > 0 && secondsOf(d) <= MOST_SECONDS, {
  error: because({
    de: 'erwartet wird eine Dauer bis P30D, etwa PT8H',
    en: 'expected is a duration up to P30D, such as PT8H',
  }),
})
const word = pattern(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, {
  de: 'ein Name ohne Leerzeichen, höchstens 63 Zeichen',
  en: 'a name without blanks, at most 63 characters',
})
const LEVELS = {
  host: ['shell'],
  postgres: ['read', 'write', 'ddl'],
  application: ['use'],
  network: ['reach'],
} as const
const EXTENSIONS = {
  pty: 'permit-pty',
  'port-forwarding': 'permit-port-forwarding',
  'agent-forwarding': 'permit-agent-forwarding',
} as const

const entitlement = fields({
  name: word.describe('Unique name, never used again for something else.'),
  title: z.union([
    z.string().min(1).max(200),
    fields({ de: z.string().min(1).max(200), en: z.string().min(1).max(200) }),
  ]),
  system: word.describe('An enrolled host, a system of kind postgres, or an application.'),
  kind: z.enum(['host', 'postgres', 'application', 'network']),
  level: z.enum(['shell', 'read', 'write', 'ddl', 'use', 'reach']),
  account: pattern(/^[a-z_][a-z0-9_-]{0,30}$/, { de: 'ein Kontoname', en: 'a name of an account' }).optional(),
  groups: z
    .array(pattern(/^[a-z_][a-z0-9_-]{0,30}$/, { de: 'ein Gruppenname', en: 'a name of a group' }))
    .max(20)
    .default([]),
  sudo: z.array(z.string().min(1).max(500)).max(50).optional().describe('Command lines as in sudoers(5), or ALL.'),
  approvers: z
    .array(z.string().min(3).max(200))
    .max(200)
    .default([])
    .describe('Sign-in names; empty: everybody with the role.'),
  approvals: z.int().min(1).max(9).default(1).describe('How many others have to approve.'),
  longest: duration.default('PT8H').describe('Longest time it is granted for, ISO 8601.'),
  extensions: z.array(z.enum(['pty', 'port-forwarding', 'agent-forwarding'])).default(['pty']),
  source: z
    .array(pattern(/^[0-9a-f:.]+\/[0-9]{1,3}$/, { de: 'ein Netz wie 10.0.0.0/8', en: 'a network such as 10.0.0.0/8' }))
    .max(50)
    .default([]),
}).superRefine((value, context) => {
  const levels: readonly string[] = LEVELS[value.kind]
  if (levels.includes(value.level)) return
  const list = levels.join(', ')
  context.addIssue({
    code: 'custom',
    path: ['level'],
    message: expected({ de: `eines von ${list}`, en: `one of ${list}` }),
  })
})

export const accessShape = {
  entitlements: z.array(entitlement).max(10_000).optional().describe('What people can ask for.'),
  access: fields({
    serviceLevel: duration.default('PT1H').describe('In which the access of leavers has to be proven gone.'),
  }).optional(),
}

interface AccessFile {
  readonly entitlements?: readonly z.output<typeof entitlement>[] | undefined
  readonly access?: { readonly serviceLevel: string } | undefined
}

export interface AccessConfig {
  readonly entitlements: readonly Entitlement[]
  readonly serviceLevelSeconds: number
}

export const accessOf = (file: AccessFile): AccessConfig => ({
  entitlements: (file.entitlements ?? []).map(({ title, longest, extensions, sudo, account, ...rest }) => ({
    ...rest,
    title: typeof title === 'string' ? { de: title, en: title } : title,
    account: account ?? null,
    sudo: sudo ?? null,
    longestSeconds: secondsOf(longest),
    extensions: rest.kind === 'host' ? extensions.map((name) => EXTENSIONS[name]).sort() : [],
  })),
  serviceLevelSeconds: secondsOf(file.access?.serviceLevel ?? 'PT1H'),
})
