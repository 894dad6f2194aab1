import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isoCBOR } from '@simplewebauthn/server/helpers'

type Kind = 'ES256' | 'EdDSA'
const FLAGS = { present: 0x01, verified: 0x04, backupEligible: 0x08, backedUp: 0x10, attested: 0x40 } as const

interface Held {
  readonly id: Buffer
  readonly key: KeyObject
  readonly kind: Kind
  readonly handle: string
  readonly rpId: string
  counter: number
}

/** How an answer may be bent, to see whether it is noticed. */
export interface Bent {
  readonly origin?: string
  readonly rpId?: string
  readonly type?: string
  readonly challenge?: string
  /** False: the person was not checked. */
  readonly verified?: boolean
  readonly present?: boolean
  readonly handle?: string | undefined
  readonly counter?: number
  readonly spoilSignature?: boolean
}

interface CreationOptions {
  readonly challenge: string
  readonly rp: { readonly id?: string }
  readonly user: { readonly id: string }
}

const text = (value: object): Buffer => Buffer.from(JSON.stringify(value))
const url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
const sha256 = (bytes: Uint8Array | string): Buffer => createHash('sha256').update(bytes).digest()

/** An authenticator of software, with a browser around it: WebAuthn Level 3, attestation `none`. For tests alone. */
export class Authenticator {
  readonly #held: Held[] = []
  readonly #origin: string
  readonly #kind: Kind
  readonly #counts: boolean

  constructor(origin: string, kind: Kind = 'ES256', counts = true) {
    this.#origin = origin
    this.#kind = kind
    this.#counts = counts
  }

  /** Answers `navigator.credentials.create`. */
  create(options: object, bent: Bent = {}) {
    const { challenge, rp, user } = options as CreationOptions
    const { publicKey, privateKey } =
      this.#kind === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519')
    const held: Held = {
      id: randomBytes(32),
      key: privateKey,
      kind: this.#kind,
      handle: user.id,
      rpId: rp.id ?? '',
      counter: 0,
    }
    this.#held.push(held)
    const length = Buffer.alloc(2)
    length.writeUInt16BE(held.id.length)
    const attested = Buffer.concat([Buffer.alloc(16), length, held.id, coseKey(publicKey)])
    const authData = Buffer.concat([this.#authData(held, bent, FLAGS.attested), attested])
    const attestation = new Map<string, unknown>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', Uint8Array.from(authData)],
    ])
    const id = url(held.id)
    return {
      id,
      rawId: id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: url(this.#clientData('webauthn.create', challenge, bent)),
        attestationObject: url(isoCBOR.encode(attestation as never)),
        transports: ['internal', 'hybrid'],
      },
    }
  }

  /** Answers `navigator.credentials.get` with the newest passkey, or with the one that is named. */
  get(options: object, bent: Bent = {}, which?: string) {
    const { challenge } = options as CreationOptions
    const held = which === undefined ? this.#held.at(-1) : this.#held.find((one) => url(one.id) === which)
    if (held === undefined) throw new Error('this authenticator holds no passkey')
    if (this.#counts) held.counter++
    const clientData = this.#clientData('webauthn.get', challenge, bent)
    const authData = this.#authData(held, bent, 0)
    const signed = Buffer.concat([authData, sha256(clientData)])
    const signature = sign(held.kind === 'ES256' ? 'sha256' : null, signed, held.key)
    if (bent.spoilSignature === true) signature[signature.length - 1] = (signature.at(-1) ?? 0) ^ 1
    const id = url(held.id)
    return {
      id,
      rawId: id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: url(clientData),
        authenticatorData: url(authData),
        signature: url(signature),
        ...('handle' in bent ? { userHandle: bent.handle } : { userHandle: held.handle }),
      },
    }
  }

  #clientData(type: string, challenge: string, bent: Bent): Buffer {
    return text({
      type: bent.type ?? type,
      challenge: bent.challenge ?? challenge,
      origin: bent.origin ?? this.#origin,
      crossOrigin: false,
    })
  }

  #authData(held: Held, bent: Bent, more: number): Buffer {
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(bent.counter ?? held.counter)
    const flags =
      (bent.present === false ? 0 : FLAGS.present) |
      (bent.verified === false ? 0 : FLAGS.verified) |
      FLAGS.backupEligible |
      FLAGS.backedUp |
      more
    return Buffer.concat([sha256(bent.rpId ?? held.rpId), Buffer.from([flags]), counter])
  }
}

/** A public key as COSE (RFC 9053): map labels are numbers. */
function coseKey(key: KeyObject): Uint8Array {
  const { x = '', y } = key.export({ format: 'jwk' })
  const bytes = (part: string) => Uint8Array.from(Buffer.from(part, 'base64url'))
  const entries: [number, unknown][] =
    y === undefined
      ? [
          [1, 1],
          [3, -8],
          [-1, 6],
          [-2, bytes(x)],
        ]
      : [
          [1, 2],
          [3, -7],
          [-1, 1],
          [-2, bytes(x)],
          [-3, bytes(y)],
        ]
  return isoCBOR.encode(new Map(entries) as never)
}
