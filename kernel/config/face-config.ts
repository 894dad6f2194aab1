import * as z from 'zod'
import type { OidcProvider } from '../http/sign-in.ts'
import { because, expected, fields, pattern } from '../yaml/shape.ts'
import type { SecretRef } from './secrets.ts'

/** How people reach the product and who lets them in. */
export interface FaceConfig {
  /** Public address without a slash at the end, or null: localhost and the port that it listens on. */
  readonly url: string | null
  /** Addresses of proxies that are believed about the client's address. */
  readonly proxies: readonly string[]
  readonly providers: readonly (Omit<OidcProvider, 'clientSecret'> & { readonly clientSecret: SecretRef })[]
  /** What /.well-known/security.txt says (RFC 9116), or null: there is none. */
  readonly securityTxt: SecurityTxt | null
}

/** Fields of RFC 9116 section 2.5. */
export interface SecurityTxt {
  readonly contact: readonly string[]
  readonly policy: string | null
  readonly encryption: string | null
  readonly acknowledgments: string | null
  readonly hiring: string | null
}

const publicAddress = z
  .string()
  .max(300)
  .refine((text) => /^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/.test(text) && URL.canParse(text), {
    error: expected({
      de: 'eine Adresse wie https://trust.example.com ohne Pfad',
      en: 'an address such as https://trust.example.com without a path',
    }),
  })
  .refine((text) => text.startsWith('https://') || /^http:\/\/localhost(:|$)/.test(text), {
    error: because({
      de: 'ohne TLS geht nur http://localhost: Passkeys und sichere Cookies brauchen https',
      en: 'without TLS only http://localhost works: passkeys and secure cookies need https',
    }),
  })
  .describe('Where browsers reach the server, for example https://trust.example.com; passkeys are bound to its name.')

const issuer = z
  .string()
  .max(500)
  .refine((text) => /^https:\/\/[^\s?#]+$/.test(text) && URL.canParse(text), {
    error: expected({ de: 'eine Adresse mit https://', en: 'an address with https://' }),
  })

const link = (text: RegExp, example: string) =>
  z
    .string()
    .max(500)
    .refine((value) => text.test(value) && URL.canParse(value), {
      error: expected({ de: `eine Adresse wie ${example}`, en: `an address such as ${example}` }),
    })
const CONTACT = /^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+|tel:\+[0-9-]+)$/
const PAGE = /^(https:\/\/|dns:|openpgp4fpr:)\S+$/

export const faceShape = (secret: z.ZodType<SecretRef>) => ({
  url: publicAddress.optional(),
  proxies: z
    .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
    .max(20)
    .optional()
    .describe('Reverse proxies that are believed about the client’s address.'),
  signIn: fields({
    providers: z
      .array(
        fields({
          id: pattern(/^[a-z][a-z0-9-]{0,30}$/, {
            de: 'ein Wort aus Kleinbuchstaben',
            en: 'a word of lower-case letters',
          }),
          name: z.string().min(1).max(60),
          issuer,
          clientId: z.string().min(1).max(300),
          clientSecret: secret,
        }),
      )
      .max(8)
      .default([]),
  })
    .optional()
    .describe('Who else may say who somebody is: providers of OpenID Connect.'),
  securityTxt: fields({
    contact: z.array(link(CONTACT, 'mailto:security@example.com')).min(1).max(5),
    policy: link(PAGE, 'https://example.com/disclosure').optional(),
    encryption: link(PAGE, 'https://example.com/key.asc').optional(),
    acknowledgments: link(PAGE, 'https://example.com/thanks').optional(),
    hiring: link(PAGE, 'https://example.com/jobs').optional(),
  })
    .optional()
    .describe('Whom to tell of a weakness: /.well-known/security.txt (RFC 9116).'),
})

type FaceEntry = z.output<ReturnType<typeof fields<ReturnType<typeof faceShape>>>>

/** @param at - makes a path of the file absolute */
export function faceOf(entry: Partial<FaceEntry>, secretOf: (ref: SecretRef) => SecretRef): FaceConfig {
  const text = entry.securityTxt
  return {
    url: entry.url ?? null,
    proxies: entry.proxies ?? [],
    providers: (entry.signIn?.providers ?? []).map((p) => ({ ...p, clientSecret: secretOf(p.clientSecret) })),
    securityTxt:
      text === undefined
        ? null
        : {
            contact: text.contact,
            policy: text.policy ?? null,
            encryption: text.encryption ?? null,
            acknowledgments: text.acknowledgments ?? null,
            hiring: text.hiring ?? null,
          },
  }
}
