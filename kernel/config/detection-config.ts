import * as z from 'zod'
import { because, fields, pattern } from '../yaml/shape.ts'
import type { SecretRef } from './secrets.ts'

export type SourceKind = 'sshd' | 'sudo' | 'web'

/** A file of log lines that is followed. */
export interface DetectionSource {
  readonly name: string
  readonly kind: SourceKind
  /** Absolute. */
  readonly file: string
  /** A source that says nothing for so long is silent. */
  readonly silentSeconds: number
}

/** Where alerts are mailed to. */
export interface MailConfig {
  readonly host: string
  readonly port: number
  /** `tls`: from the first byte; `starttls`: or nothing is sent; `none`: in clear, for a server on this machine. */
  readonly security: 'tls' | 'starttls' | 'none'
  readonly from: string
  readonly to: readonly string[]
  readonly user: string | null
  readonly password: SecretRef | null
  /** Alerts from this level on. */
  readonly level: 'low' | 'medium' | 'high' | 'critical'
}

export interface DetectionConfig {
  readonly sources: readonly DetectionSource[]
  /** Absolute path of a folder with more rules (Sigma, *.yml); null: ours alone. */
  readonly rules: string | null
  readonly keepDays: number
  readonly mail: MailConfig | null
}

const source = (path: z.ZodType<string>) =>
  fields({
    name: pattern(/^[a-z0-9][a-z0-9-]{0,62}$/, {
      de: 'ein Name aus Kleinbuchstaben, Ziffern und Bindestrichen, höchstens 63 Zeichen',
      en: 'a name of lower-case letters, digits and hyphens, at most 63 characters',
    }),
    kind: z.enum(['sshd', 'sudo', 'web']).describe('sshd, sudo: /var/log/auth.log; web: an access log (combined).'),
    file: path,
    silentHours: z.int().min(1).max(8760).default(24).describe('Silent for longer than this: told.'),
  })

const mailbox = pattern(/^[^\s<>"]{1,100}@[^\s<>"]{1,150}$/, {
  de: 'eine Adresse wie alarm@example.com',
  en: 'an address such as alarm@example.com',
})

const mail = (secret: z.ZodType<SecretRef>) =>
  fields({
    host: z.string().min(1).max(255),
    port: z.int().min(1).max(65_535).default(587),
    security: z.enum(['tls', 'starttls', 'none']).default('starttls'),
    from: mailbox,
    to: z.array(mailbox).min(1).max(50),
    user: z.string().min(1).max(255).optional(),
    password: secret.optional(),
    level: z.enum(['low', 'medium', 'high', 'critical']).default('medium').describe('Alerts from this level on.'),
  })

export const detectionShape = (path: z.ZodType<string>, secret: z.ZodType<SecretRef>) => ({
  detection: fields({
    sources: z
      .array(source(path))
      .min(1)
      .max(100)
      .superRefine((list, context) => {
        for (const [i, { name }] of list.entries())
          if (list.findIndex((other) => other.name === name) < i)
            context.addIssue({
              code: 'custom',
              path: [i, 'name'],
              message: because({ de: `„${name}“ gibt es zweimal`, en: `“${name}” is there twice` }),
            })
      }),
    rules: path.optional().describe('A folder with Sigma rules of your own, beside ours.'),
    mail: mail(secret).optional().describe('Alerts are mailed.'),
    keepDays: z.int().min(1).max(3650).default(30).describe('How long events are kept.'),
  })
    .optional()
    .describe('Attacks are seen in the logs of this machine as they are written.'),
})

type DetectionFile = z.output<ReturnType<typeof detectionShape>['detection']>

export const detectionOf = (
  file: DetectionFile,
  resolve: (path: string) => string,
  secretOf: (ref: SecretRef) => SecretRef,
): DetectionConfig | null =>
  file === undefined
    ? null
    : {
        sources: file.sources.map(({ silentHours, file: path, ...rest }) => ({
          ...rest,
          file: resolve(path),
          silentSeconds: silentHours * 3600,
        })),
        rules: file.rules === undefined ? null : resolve(file.rules),
        keepDays: file.keepDays,
        mail:
          file.mail === undefined
            ? null
            : {
                ...file.mail,
                user: file.mail.user ?? null,
                password: file.mail.password === undefined ? null : secretOf(file.mail.password),
              },
      }
