import { timingSafeEqual } from 'node:crypto'
import { countAttempt } from '../attempts/attempt-limit.ts'
import { keyedDigest } from '../crypto/keys.ts'
import type { Doorway } from '../doorway.ts'
import { houseName } from '../organisation/house-name.ts'
import { TOTP_BYTES, totpOffer } from '../password/totp.ts'
import { type Link, readLink } from './link-store.ts'

/**
 * Reads a link for somebody who holds it; it stays good. Whoever tries links is slowed down by the address.
 *
 * @throws {BergfriedError} `identity.link_invalid`, `identity.too_many`
 */
export async function tryLink(door: Doorway, token: string, address: string): Promise<Link> {
  const attempt = await countAttempt(door, address, null)
  const link = await readLink(door.stage, token, door.now)
  await attempt.succeeded()
  return link
}

/** The secret that is offered with a link: the same whenever the link is opened, so that a picture taken before stays good. */
export const offeredSecret = (key: Buffer, token: string): Buffer =>
  keyedDigest(key, 'totp-offer', token).subarray(0, TOTP_BYTES)

/** What the page of a link needs to begin. */
export async function openLink(door: Doorway, token: string, address: string) {
  const { kind, until, person } = await tryLink(door, token, address)
  const secret = offeredSecret(door.key, token)
  return {
    kind,
    until: until.toISOString(),
    name: person?.name ?? null,
    login: person?.login ?? null,
    totp: totpOffer(secret, await houseName(door.stage), person?.login ?? 'Bergfried'),
  }
}

/** Whether the secret that came back is the one that was offered. */
export function isOffered(offered: { secret: string }, given: string): boolean {
  const [a, b] = [Buffer.from(offered.secret), Buffer.from(given.replace(/\s/g, '').toUpperCase())]
  return a.length === b.length && timingSafeEqual(a, b)
}
