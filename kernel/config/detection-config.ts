import * as z from 'zod'
import { because, fields, pattern } from '../yaml/shape.ts'

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

export interface DetectionConfig {
  readonly sources: readonly DetectionSource[]
  /** Absolute path of a folder with more rules (Sigma, *.yml); null: ours alone. */
  readonly rules: string | null
  readonly keepDays: number
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

export const detectionShape = (path: z.ZodType<string>) => ({
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
    keepDays: z.int().min(1).max(3650).default(30).describe('How long events are kept.'),
  })
    .optional()
    .describe('Attacks are seen in the logs of this machine as they are written.'),
})

type DetectionFile = z.output<ReturnType<typeof detectionShape>['detection']>

export const detectionOf = (file: DetectionFile, resolve: (path: string) => string): DetectionConfig | null =>
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
      }
