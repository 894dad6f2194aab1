import * as z from 'zod'
import { because, expected, fields, pattern } from '../yaml/shape.ts'
import { type S3Config, s3Schema } from './evidence-config.ts'
import { secondsOf } from './seconds.ts'
import type { SecretRef } from './secrets.ts'

/** One database, where its backups go, and what is promised of them. */
export interface BackupPlan {
  readonly name: string
  /** Name of the system of kind postgres that the database is in. */
  readonly system: string
  readonly connection: string
  readonly password: SecretRef | null
  readonly to: { readonly folder: string } | { readonly s3: S3Config }
  readonly recipients: readonly string[]
  /** Only these schemas; none: all. */
  readonly only: readonly string[]
  /** Schemas that are left out: those with keys of fields go into a backup of their own, which is kept briefly. */
  readonly without: readonly string[]
  readonly everySeconds: number
  readonly keepSeconds: number
  /** So many stay, however old they are. */
  readonly atLeast: number
  /** Data may be so old after a restore. */
  readonly recoveryPointSeconds: number
  /** A restore may take so long. */
  readonly recoveryTimeSeconds: number
  readonly drill: { readonly everySeconds: number; readonly identity: SecretRef } | null
}

const RECIPIENT = pattern(/^age1[02-9ac-hj-np-z]{58}$/, {
  de: 'ein Empfänger wie age1…, von `bergfried backup key` oder age-keygen',
  en: 'a recipient such as age1…, made by `bergfried backup key` or age-keygen',
})

const SCHEMA = pattern(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, {
  de: 'der Name eines Schemas aus Buchstaben, Ziffern und _',
  en: 'a name of a schema of letters, digits and _',
})

const duration = (de: string, en: string, most = 366 * 86_400) =>
  z.iso.duration().refine((text) => secondsOf(text) >= 60 && secondsOf(text) <= most, { error: because({ de, en }) })
const span = duration(
  'erwartet wird eine Dauer von einer Minute bis P366D, etwa PT24H',
  'expected is a duration from one minute to P366D, such as PT24H',
)
const keep = duration(
  'erwartet wird eine Dauer bis P3660D, etwa P30D',
  'expected is a duration up to P3660D, such as P30D',
  3660 * 86_400,
)

export const backupShape = (secret: z.ZodType<SecretRef>, path: z.ZodType<string>, connection: z.ZodType<string>) => ({
  backups: z
    .array(
      fields({
        name: pattern(/^[a-z0-9][a-z0-9-]{0,62}$/, {
          de: 'ein Name aus Kleinbuchstaben, Ziffern und Bindestrichen, höchstens 63 Zeichen',
          en: 'a name of lower-case letters, digits and hyphens, at most 63 characters',
        }),
        system: z.string().min(1).max(63).describe('The system of kind postgres that the database is in.'),
        connection: connection.describe('postgres://account@host/database of an account with pg_read_all_data.'),
        password: secret.optional(),
        to: z
          .union([fields({ folder: path }), fields({ s3: s3Schema(secret) })], {
            error: expected({ de: '{ folder: Ordner } oder { s3: … }', en: '{ folder: folder } or { s3: … }' }),
          })
          .describe('A folder, better on another machine, or an S3-compatible store.'),
        only: z.array(SCHEMA).max(100).default([]).describe('Only these schemas.'),
        without: z
          .array(SCHEMA)
          .max(100)
          .default([])
          .describe('Schemas that are left out, such as bergfried_fields: keys are backed up apart and kept briefly.'),
        recipients: z.array(RECIPIENT).min(1).max(20).describe('Who can open it: each of them alone.'),
        every: span.default('PT24H').describe('How often.'),
        keep: keep.default('P30D').describe('How long one is kept.'),
        atLeast: z.int().min(1).max(10_000).default(7).describe('So many stay, however old they are.'),
        recoveryPoint: span.default('PT25H').describe('How old data may be after a restore (RPO).'),
        recoveryTime: span.default('PT4H').describe('How long a restore may take (RTO).'),
        drill: fields({
          every: span.default('P30D'),
          identity: secret.describe('Where an AGE-SECRET-KEY is that opens the backups.'),
        })
          .optional()
          .describe('Restores the newest one into a scratch cluster, compares and measures.'),
      }),
    )
    .max(1000)
    .superRefine((list, context) => {
      const seen = new Set<string>()
      for (const [i, { name }] of list.entries()) {
        if (seen.has(name))
          context.addIssue({
            code: 'custom',
            path: [i, 'name'],
            message: because({ de: `„${name}“ gibt es zweimal`, en: `“${name}” is there twice` }),
          })
        seen.add(name)
      }
    })
    .optional()
    .describe('Encrypted backups of databases.'),
})

type BackupFile = z.output<NonNullable<ReturnType<typeof backupShape>['backups']>>

/** @param resolve - makes a path absolute, as seen from the file */
export const backupsOf = (
  list: BackupFile | undefined,
  resolve: (path: string) => string,
  secretOf: (ref: SecretRef) => SecretRef,
): readonly BackupPlan[] =>
  (list ?? []).map(({ every, keep: kept, recoveryPoint, recoveryTime, drill, password, to, ...rest }) => ({
    ...rest,
    password: password === undefined ? null : secretOf(password),
    to: 'folder' in to ? { folder: resolve(to.folder) } : { s3: { ...to.s3, secretKey: secretOf(to.s3.secretKey) } },
    everySeconds: secondsOf(every),
    keepSeconds: secondsOf(kept),
    recoveryPointSeconds: secondsOf(recoveryPoint),
    recoveryTimeSeconds: secondsOf(recoveryTime),
    drill: drill === undefined ? null : { everySeconds: secondsOf(drill.every), identity: secretOf(drill.identity) },
  }))
