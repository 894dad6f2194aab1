import { createHash } from 'node:crypto'
import { fingerprint } from '../../engines/sshcert/fingerprint.ts'
import { parsePublicKey } from '../../engines/sshcert/public-key.ts'
import { malformed } from '../errors.ts'
import { type Fits, isObjectOf, isOneOf, isText, orNull } from '../shape.ts'

/** A key with which a person approves: an SSH key (security keys among them), or a passkey. */
export const isApprover = isObjectOf({
  person: isText(200),
  kind: isOneOf('ssh', 'passkey'),
  /** A line of `id.pub`, or a public key as JWK in JSON (RFC 7517). */
  key: isText(4000),
  /** Of a passkey: the name that it is bound to, and the page where it is used (WebAuthn Level 3). */
  rpId: orNull(isText(253)),
  origin: orNull(isText(300)),
})
export type Approver = Fits<typeof isApprover>

const PERSON = /^[^\s\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]{1,200}$/u

/** What the key is called: of an SSH key what `ssh-keygen -l` says. @throws {KeeperError} `malformed` */
export function nameOfKey({ kind, key }: Approver): string {
  try {
    if (kind === 'ssh') return fingerprint(parsePublicKey(key).key)
    return `passkey:${createHash('sha256').update(key).digest('base64url')}`
  } catch {
    throw malformed('a key of an approver that is none', 'ein Schlüssel einer freigebenden Person, der keiner ist')
  }
}

/** The text that somebody who may already approve signs, to let another key in. @throws {KeeperError} `malformed` */
export function enrolmentText(approver: Approver): string {
  const { person, kind, rpId, origin } = approver
  if (!PERSON.test(person)) throw malformed('a name of an approver', 'ein Name einer freigebenden Person')
  const places = [rpId ?? '-', origin ?? '-']
  if (kind === 'passkey' ? places.includes('-') : places.some((place) => place !== '-')) {
    throw malformed('places of a passkey', 'Orte eines Passkeys')
  }
  if (!places.every((place) => /^[!-~]{1,300}$/.test(place)))
    throw malformed('places of a passkey', 'Orte eines Passkeys')
  return `bergfried-approver 1\nperson ${person}\nkind ${kind}\nkey ${nameOfKey(approver)}\nrp ${places[0]}\norigin ${places[1]}\n`
}
