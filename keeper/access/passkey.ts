import { createHash, createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import { isObjectOf, isText, parseShape } from '../shape.ts'
import type { Approver } from './approver.ts'

/** What a browser gives for an assertion (WebAuthn Level 3, section 7.2), each base64url. */
export const isAssertion = isObjectOf({
  clientData: isText(4000),
  authenticatorData: isText(2000),
  signature: isText(2000),
})

const USER_PRESENT = 0x01
const USER_VERIFIED = 0x04

/**
 * Whether a passkey signed a text: the challenge is the text's SHA-256, the page and the name are those that the key was enrolled with,
 * and the person was there and was recognised. The counter is not looked at: a text is approved once whatever it says.
 */
export function passkeySigned(
  approver: Approver,
  text: string,
  assertion: { readonly clientData: string; readonly authenticatorData: string; readonly signature: string },
): boolean {
  const clientData = Buffer.from(assertion.clientData, 'base64url')
  const data = Buffer.from(assertion.authenticatorData, 'base64url')
  const told = clientDataOf(clientData.toString('utf8'))
  if (told === null || approver.rpId === null) return false
  const challenge = createHash('sha256').update(text).digest('base64url')
  if (told.type !== 'webauthn.get' || told.challenge !== challenge || told.origin !== approver.origin) return false
  if (told.crossOrigin === true) return false
  // Name (32 bytes), flags, counter (4 bytes); what follows is signed with it.
  if (data.length < 37 || !createHash('sha256').update(approver.rpId).digest().equals(data.subarray(0, 32)))
    return false
  const flags = data[32] ?? 0
  if ((flags & USER_PRESENT) === 0 || (flags & USER_VERIFIED) === 0) return false
  const message = Buffer.concat([data, createHash('sha256').update(clientData).digest()])
  try {
    const jwk = JSON.parse(approver.key) as JsonWebKey
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    const digest = jwk.kty === 'OKP' ? null : 'sha256'
    return verify(digest, message, key, Buffer.from(assertion.signature, 'base64url'))
  } catch {
    return false
  }
}

interface ClientData {
  readonly type: string
  readonly challenge: string
  readonly origin: string
  readonly crossOrigin?: boolean
}

const isAny = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Browsers add members of their own; the four that count are looked at. */
function clientDataOf(json: string): ClientData | null {
  const value = parseShape(json, isAny)
  if (value === null) return null
  const { type, challenge, origin, crossOrigin } = value
  if (typeof type !== 'string' || typeof challenge !== 'string' || typeof origin !== 'string') return null
  return { type, challenge, origin, ...(crossOrigin === true ? { crossOrigin } : {}) }
}
