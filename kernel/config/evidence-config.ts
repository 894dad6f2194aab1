import * as z from 'zod'
import { because, expected, fields, pattern } from '../yaml/shape.ts'
import type { SecretRef } from './secrets.ts'

/** Who keeps the log's key, where its files lie, who watches it. */
export interface EvidenceConfig {
  /** Name of the log, or null: derived from its key at the first start. */
  readonly origin: string | null
  readonly witnesses: readonly { readonly verifierKey: string; readonly url: string }[]
  readonly quorum: number
  /** Null: a folder beside the database. */
  readonly s3: S3Config | null
}

export interface S3Config {
  readonly endpoint: string
  readonly region: string
  readonly bucket: string
  /** Begins every object's name; empty or ends with a slash. */
  readonly prefix: string
  readonly accessKey: string
  readonly secretKey: SecretRef
}

export interface KeeperConfig {
  /** Absolute path of the socket of a keeper that somebody else starts; null: the server starts its own. */
  readonly socket: string | null
  readonly pkcs11: Pkcs11Config | null
}

export interface Pkcs11Config {
  /** Absolute path of the module, a shared library. */
  readonly module: string
  readonly token: string
  readonly key: string
  readonly pin: SecretRef
}

const words = (longest: number) =>
  pattern(/^[\x21-\x7e]+( [\x21-\x7e]+)*$/, {
    de: 'ein Text aus sichtbaren ASCII-Zeichen',
    en: 'a text of visible ASCII characters',
  }).max(longest)

const url = z
  .string()
  .max(2048)
  .refine((text) => /^https?:\/\/[^\s@?#]+$/.test(text) && URL.canParse(text), {
    error: expected({
      de: 'eine Adresse wie https://witness.example.org ohne Anmeldung, Frage und Anker',
      en: 'an address such as https://witness.example.org without sign-in, query and fragment',
    }),
  })

const origin = pattern(/^[^\s+\p{C}]{1,200}$/u, {
  de: 'ein Name ohne Leerzeichen und Plus wie trust.example.com/log',
  en: 'a name without spaces and plus such as trust.example.com/log',
}).refine((name) => !/^demo\.bergfried\.invalid(\/|$)/.test(name), {
  error: because({
    de: 'so heißen die Protokolle von Vorführungen; einen anderen Namen wählen',
    en: 'the logs of demonstrations are called so; choose another name',
  }),
})

const verifierKey = pattern(/^[^\s+]{1,200}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{40,3000}={0,2}$/, {
  de: 'ein Prüfschlüssel wie witness.example.org/w1+1a2b3c4d+BA…',
  en: 'a verifier key such as witness.example.org/w1+1a2b3c4d+BA…',
})

/** Where an S3-compatible store is and who asks there. */
export const s3Schema = (secret: z.ZodType<SecretRef>) =>
  fields({
    endpoint: url,
    region: words(100).default('us-east-1'),
    bucket: words(255),
    prefix: pattern(/^([\w.-]+\/)*$/, { de: 'leer oder mit / am Ende', en: 'empty or with / at the end' })
      .max(500)
      .default(''),
    accessKey: words(200),
    secretKey: secret,
  })

export const evidenceSchema = (secret: z.ZodType<SecretRef>) =>
  fields({
    origin: origin.optional().describe('Name of the log, for ever; where nothing is said, made from its key.'),
    witnesses: z
      .array(fields({ key: verifierKey, url }))
      .max(16)
      .default([])
      .describe('Who else watches the log and cosigns its growth (C2SP tlog-witness).'),
    quorum: z
      .int()
      .min(0)
      .max(16)
      .optional()
      .describe('How many of the witnesses must have cosigned before a checkpoint is published; more than half.'),
    s3: s3Schema(secret).optional().describe('An S3-compatible store for the log in place of a folder.'),
  }).superRefine((value, context) => {
    if (value.quorum !== undefined && value.quorum > value.witnesses.length) {
      context.addIssue({
        code: 'custom',
        path: ['quorum'],
        message: because({
          de: `höchstens so viele wie Zeugen (${value.witnesses.length})`,
          en: `at most as many as there are witnesses (${value.witnesses.length})`,
        }),
      })
    }
    if (new Set(value.witnesses.map((w) => w.key)).size < value.witnesses.length) {
      context.addIssue({
        code: 'custom',
        path: ['witnesses'],
        message: because({ de: 'ein Zeuge zählt nur einmal', en: 'a witness counts only once' }),
      })
    }
  })

export const keeperSchema = (secret: z.ZodType<SecretRef>, path: z.ZodType<string>) =>
  fields({
    socket: path.optional().describe('Socket of a keeper that runs under an account of its own.'),
    pkcs11: fields({ module: path, token: words(32), key: words(100), pin: secret })
      .optional()
      .describe('The key lies in a token (PKCS #11), not in a file.'),
  })
