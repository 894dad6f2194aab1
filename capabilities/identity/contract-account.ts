import * as z from 'zod'
import { Completion, NewAccount } from './contract.ts'

/**
 * Addresses and bodies of what a person does with the own account (`/api/me`), of what an owner does with accounts
 * (`/api/accounts`), and the way through a provider. Changes of how somebody signs in ask for a sign-in younger than 10
 * minutes, and so does whatever lets somebody else in (new account, invitation, roles, unlock); locking and ending sessions do
 * not. Without one they answer 403 `identity.sign_in_again`; the page signs the person in again (the old session ends, a new
 * `csrf` comes) and repeats the call.
 *
 *   GET  /api/sign-in/oidc/:provider            a link to follow, not to fetch: leads to the provider and back to `/`; a
 *                                               failure leads to `/sign-in?problem=<error code>`
 *   POST /api/sign-out                          -> 204
 *   GET  /api/me                                -> AccountView
 *   PUT  /api/me                   OwnProfile   -> 204
 *   POST /api/me/passkeys/options               -> PasskeyOptions
 *   POST /api/me/passkeys          NewPasskey   -> 201 { id }
 *   PUT  /api/me/passkeys/:id      PasskeyLabel -> 204       DELETE -> 204
 *   POST /api/me/totp/offer                     -> TotpOffer
 *   PUT  /api/me/totp              EnrolTotp    -> RecoveryCodes (empty where they were there before)
 *   PUT  /api/me/password          NewPassword  -> RecoveryCodes (empty where they were there before); other sessions end
 *   DELETE /api/me/password                     -> 204       with its one-time codes and recovery codes
 *   POST /api/me/recovery-codes                 -> RecoveryCodes; the old ones are void
 *   DELETE /api/me/sessions/:id                 -> 204       DELETE /api/me/sessions -> 204: all but this one
 *   POST /api/me/linked/:provider               -> { url }: go there; it leads back to `/account?linked=<provider>` or
 *                                                 `/account?problem=<error code>`
 *   DELETE /api/me/linked/:id                   -> 204
 *   PUT  /api/organisation         Organisation -> 204
 *   GET  /api/accounts                          -> { accounts: AccountRow[] }
 *   POST /api/accounts             NewAccount   -> 201 Invited
 *   POST /api/accounts/:id/invitation           -> Invited; whoever had joined starts anew: every way to sign in and every
 *                                                  session of that person ends
 *   PUT  /api/accounts/:id/roles   Roles        -> 204
 *   POST /api/accounts/:id/lock                 -> 204       POST /api/accounts/:id/unlock -> 204
 *   GET  /api/accounts/:id/sessions             -> { sessions: OwnSession[] }
 *   DELETE /api/accounts/:id/sessions           -> 204       DELETE /api/accounts/:id/sessions/:session -> 204
 */
export const OwnProfile = z.strictObject({
  name: Completion.shape.name,
  language: Completion.shape.language,
})

const label = z.string().trim().min(1).max(80)
const ceremony = z.string().max(200)
export const NewPasskey = z.strictObject({
  ceremony,
  credential: z.looseObject({ id: z.string().max(2000) }),
  label,
})
export const PasskeyLabel = z.strictObject({ label })

/** A fresh secret for one-time codes (RFC 6238): base32, and the address that a phone reads from a picture. */
export const TotpOffer = z
  .strictObject({ ceremony: z.string(), secret: z.string(), uri: z.string() })
  .meta({ id: 'TotpOffer' })
export const EnrolTotp = z.strictObject({ ceremony, code: z.string().trim().max(10) })
export const NewPassword = z.strictObject({
  current: z
    .string()
    .max(1000)
    .nullable()
    .default(null)
    .describe('The password until now. Not needed after a fresh sign-in with a passkey.'),
  password: z.string().min(1).max(1000),
  totp: EnrolTotp.nullable().default(null).describe('Needed where no one-time codes are set up yet.'),
})
/** Shown once. Each replaces a one-time code once, beside the password. */
export const RecoveryCodes = z.strictObject({ recoveryCodes: z.array(z.string()) }).meta({ id: 'RecoveryCodes' })

export const Roles = z.strictObject({ roles: NewAccount.shape.roles })
/** `link`: the whole address, with the secret behind `#`; shown once, good until used or for 72 hours. */
export const Invited = z
  .strictObject({ id: z.uuid(), link: z.string(), until: z.iso.datetime() })
  .meta({ id: 'Invited' })
