import * as z from 'zod'
import { because, expected, fields, pattern } from '../yaml/shape.ts'
import { accessShape } from './access-config.ts'
import { parseAddress } from './address.ts'
import { backupShape } from './backup-config.ts'
import { blockingShape } from './blocking-config.ts'
import { connectionProblem } from './connection.ts'
import { detectionShape } from './detection-config.ts'
import { evidenceSchema, keeperSchema } from './evidence-config.ts'
import { faceShape } from './face-config.ts'
import { canaries, declaredColumns } from './keys-config.ts'
import { networkShape } from './network-config.ts'

const path = z
  .string()
  .min(1)
  .max(4096)
  .refine((p) => !p.includes('\0'), {
    error: expected({ de: 'ein Pfad ohne Nullzeichen', en: 'a path without a null character' }),
  })

const address = (lowestPort: 0 | 1) =>
  z.string().refine((a) => parseAddress(a, lowestPort) !== null, {
    error: expected({ de: 'eine Adresse wie shop.example:443', en: 'an address such as shop.example:443' }),
  })

/** System names are also written into facts, findings and evidence; `register` is the register of people itself, `bergfried` the product. */
const systemName = pattern(/^[a-z0-9][a-z0-9-]{0,62}$/, {
  de: 'ein Name aus Kleinbuchstaben, Ziffern und Bindestrichen, höchstens 63 Zeichen',
  en: 'a name of lower-case letters, digits and hyphens, at most 63 characters',
}).refine((n) => n !== 'register' && n !== 'bergfried', {
  error: because({
    de: 'die Namen „register“ und „bergfried“ sind für das Personenverzeichnis und das Produkt vergeben, einen anderen wählen',
    en: 'the names “register” and “bergfried” are taken by the register of people and the product, choose another',
  }),
})

const labelText = z.string().min(1).max(512)

const common = {
  name: systemName.describe('Unique name of the system.'),
  labels: z
    .record(
      pattern(/^[a-z][a-z0-9_-]{0,62}$/, { de: 'ein Wort aus Kleinbuchstaben', en: 'a word of lower-case letters' }),
      z.union([labelText, z.array(labelText).max(1000)], {
        error: expected({
          de: 'ein Text oder eine Liste von Texten (Zahlen in Anführungszeichen)',
          en: 'a text or a list of texts (numbers in quotes)',
        }),
      }),
    )
    .default({})
    .describe('What the system is for, for example role, data, service.'),
}

const NOT_A_SECRET_PLACE = because({
  de: 'erwartet wird { file: Pfad } oder { variable: NAME }; das Passwort selbst gehört nicht in diese Datei',
  en: 'expected is { file: path } or { variable: NAME }; the password itself does not belong in this file',
})

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, NOT_A_SECRET_PLACE)

const secret = z
  .union([fields({ file: path }), fields({ variable })], { error: NOT_A_SECRET_PLACE })
  .describe('Where the password is; never the password itself.')

const connection = z.string().superRefine((value, context) => {
  const problem = connectionProblem(value)
  if (problem) context.addIssue({ code: 'custom', message: because(problem) })
})

const host = fields({ ...common, kind: z.literal('host'), canaries: canaries.optional() })
const postgres = fields({
  ...common,
  kind: z.literal('postgres'),
  connection: connection.describe('postgres://account@host/database?sslmode=verify-full, without a password.'),
  password: secret.optional(),
  fields: declaredColumns,
  acting: fields({ connection, password: secret.optional() })
    .optional()
    .describe('The account that grants and revokes roles, made by `bergfried postgres prepare`.'),
})
const endpoint = fields({
  ...common,
  kind: z.literal('endpoint'),
  address: address(1).describe('host:port'),
  purpose: z.enum(['https', 'postgres', 'tls']),
  ca: path.optional().describe('Own certificate authorities (PEM) in place of the usual ones.'),
})

export const systemSchema = z.discriminatedUnion('kind', [host, postgres, endpoint], {
  error: (issue) =>
    issue.code === 'invalid_union'
      ? expected({ de: 'eines von host, postgres, endpoint', en: 'one of host, postgres, endpoint' })
      : undefined,
})

/** The content of bergfried.yaml. */
export const configSchema = fields({
  language: z.enum(['de', 'en']).optional().describe('Language of everything the product prints.'),
  listen: address(0).optional().describe('host:port of the server, 127.0.0.1:7400 where nothing is said.'),
  data: path.optional().describe('Folder of the embedded database.'),
  policy: z
    .union([path, fields({ extend: path }), fields({ replace: path })], {
      error: expected({
        de: 'ein Ordner, { extend: Ordner } oder { replace: Ordner }',
        en: 'a folder, { extend: folder } or { replace: folder }',
      }),
    })
    .optional()
    .describe('A policy of your own, beside the shipped one (extend) or in its place (replace, or just a folder).'),
  ...faceShape(secret),
  ...accessShape,
  ...detectionShape(path, secret),
  ...networkShape,
  ...blockingShape,
  ...backupShape(secret, path, connection),
  evidence: evidenceSchema(secret).optional().describe('The transparency log: its name, its witnesses, its store.'),
  keeper: keeperSchema(secret, path).optional().describe('The process that holds the keys.'),
  systems: z
    .array(systemSchema)
    .max(10_000)
    .optional()
    .describe('What is measured. Where nothing is said: this very machine.'),
})

/** One system as written in the file. */
export type SystemEntry = z.input<typeof systemSchema>
export type ConfigFile = z.output<typeof configSchema>

/** JSON Schema (draft 7) of bergfried.yaml for editors. */
export function configJsonSchema(): Readonly<Record<string, unknown>> {
  return { title: 'bergfried.yaml', ...z.toJSONSchema(configSchema, { target: 'draft-7', io: 'input' }) }
}
