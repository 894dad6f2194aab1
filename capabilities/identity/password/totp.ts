import { timingSafeEqual } from 'node:crypto'
import { HOTP, Secret, TOTP } from 'otpauth'

/** RFC 6238 as every app speaks it: SHA-1, six digits, 30 seconds; a clock may be one step off. */
const SHAPE = { algorithm: 'SHA1', digits: 6, period: 30 } as const
const STEPS_OFF = 1
/** RFC 4226 section 4, R6: 160 bits. */
export const TOTP_BYTES = 20

/**
 * The step of the code, or null where it fits none that may still be used. A step is used once (RFC 6238 section 5.2): the
 * caller stores it and takes nothing up to it again. Every candidate is compared, so the time does not tell which fits.
 *
 * @param lastStep - the newest that was used; -1: none
 */
export function totpStep(secret: Uint8Array, code: string, now: Date, lastStep: number): number | null {
  const current = Math.floor(now.getTime() / 1000 / SHAPE.period)
  const given = Buffer.from(/^\d{6}$/.test(code.replace(/\s/g, '')) ? code.replace(/\s/g, '') : '------')
  const of = new Secret({ buffer: Uint8Array.from(secret).buffer })
  let found: number | null = null
  for (let step = current - STEPS_OFF; step <= current + STEPS_OFF; step++) {
    const right = HOTP.generate({ secret: of, algorithm: SHAPE.algorithm, digits: SHAPE.digits, counter: step })
    if (timingSafeEqual(Buffer.from(right), given) && step > lastStep && found === null) found = step
  }
  return found
}

/** What an app reads: the secret for typing, and the address for a picture. */
export function totpOffer(secret: Uint8Array, issuer: string, label: string): { secret: string; uri: string } {
  const of = new Secret({ buffer: Uint8Array.from(secret).buffer })
  // A colon divides issuer and label in the address.
  const plain = (text: string) => text.replaceAll(':', ' ')
  const uri = new TOTP({ issuer: plain(issuer), label: plain(label), secret: of, ...SHAPE }).toString()
  return { secret: of.base32, uri }
}
