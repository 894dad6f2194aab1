import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'

// How a holder of a grant asks for a key to be wrapped or unwrapped. What goes through the server is signed by the holder and
// sealed between holder and keeper: whoever carries it sees neither data keys nor answers, and can change nothing.
//
//   text = "bergfried-key-use 1\nop unwrap\nkek customer-data.2\nholder shop-api\nkey <Ed25519>\nephemeral <X25519>\nat 1795450000\n
//           context <SHA-256>\nbox <SHA-256>\n"
//   shared = X25519(ephemeral, keeper); keys = HKDF-SHA-256(shared, salt = ephemeral || keeper, info = "bergfried-key-use 1")
//   box, answer = AES-256-GCM, nonce 0: each of the two keys seals once (RFC 5869, RFC 7748, NIST SP 800-38D)

const INFO = 'bergfried-key-use 1'
const NONCE = new Uint8Array(12)
const TAG = 16

export interface KeyQuestion {
  readonly op: 'wrap' | 'unwrap'
  /** Of `wrap` the name of a key, of `unwrap` with its version: `customer-data.2`. */
  readonly kek: string
  readonly holder: string
  /** Ed25519 of the holder and X25519 of this question, 32 bytes in base64url. */
  readonly holderKey: string
  readonly ephemeral: string
  /** Unix time. */
  readonly at: number
  /** SHA-256 of what the key is bound to, and of the box, hexadecimal. */
  readonly context: string
  readonly box: string
}

const FORMS = {
  op: /^(wrap|unwrap)$/,
  kek: /^[a-z][a-z0-9-]{0,62}(\.[1-9][0-9]{0,2})?$/,
  holder: /^[A-Za-z0-9][A-Za-z0-9_.@-]{0,99}$/,
  key: /^[A-Za-z0-9_-]{43}$/,
  ephemeral: /^[A-Za-z0-9_-]{43}$/,
  at: /^[1-9][0-9]{0,11}$/,
  context: /^[0-9a-f]{64}$/,
  box: /^[0-9a-f]{64}$/,
} as const
const NAMES = Object.keys(FORMS) as readonly (keyof typeof FORMS)[]

export const questionText = (q: KeyQuestion): string =>
  `${INFO}\n${[
    ['op', q.op],
    ['kek', q.kek],
    ['holder', q.holder],
    ['key', q.holderKey],
    ['ephemeral', q.ephemeral],
    ['at', q.at],
    ['context', q.context],
    ['box', q.box],
  ]
    .map(([name, value]) => `${name} ${value}\n`)
    .join('')}`

/** Null: it is spelled in another way, however little. */
export function parseQuestion(text: string): KeyQuestion | null {
  const lines = text.length > 2000 ? [] : text.split('\n')
  const of = (name: keyof typeof FORMS): string => (lines[NAMES.indexOf(name) + 1] ?? '').slice(name.length + 1)
  const fits =
    lines.length === NAMES.length + 2 &&
    lines[0] === INFO &&
    lines.at(-1) === '' &&
    NAMES.every((name, i) => lines[i + 1]?.startsWith(`${name} `) === true && FORMS[name].test(of(name)))
  if (!fits) return null
  return {
    op: of('op') as KeyQuestion['op'],
    kek: of('kek'),
    holder: of('holder'),
    holderKey: of('key'),
    ephemeral: of('ephemeral'),
    at: Number(of('at')),
    context: of('context'),
    box: of('box'),
  }
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const rawOf = (key: KeyObject): Buffer => Buffer.from(String(key.export({ format: 'jwk' }).x), 'base64url')
/** 32 bytes in base64url, of a private or a public key. */
export const publicText = (key: KeyObject): string =>
  rawOf(key.type === 'private' ? createPublicKey(key) : key).toString('base64url')
export const newExchange = (): KeyObject => generateKeyPairSync('x25519').privateKey
export const exchangeToHex = (key: KeyObject): string => key.export({ format: 'der', type: 'pkcs8' }).toString('hex')
export const exchangeFromHex = (hex: string): KeyObject =>
  createPrivateKey({ key: Buffer.from(hex, 'hex'), format: 'der', type: 'pkcs8' })

const publicKeyOf = (crv: 'X25519' | 'Ed25519', x: string): KeyObject =>
  createPublicKey({ key: { kty: 'OKP', crv, x }, format: 'jwk' })

export const signQuestion = (key: KeyObject, text: string): string =>
  sign(null, Buffer.from(text), key).toString('base64url')

export function isSigned(text: string, signature: string, holderKey: string): boolean {
  try {
    return verify(null, Buffer.from(text), publicKeyOf('Ed25519', holderKey), Buffer.from(signature, 'base64url'))
  } catch {
    return false
  }
}

/** Two keys for one question and one answer. @throws where the other key is of small order */
export function sharedKeys(own: KeyObject, other: string, ephemeral: string, keeper: string) {
  const secret = diffieHellman({ privateKey: own, publicKey: publicKeyOf('X25519', other) })
  const salt = Buffer.concat([Buffer.from(ephemeral, 'base64url'), Buffer.from(keeper, 'base64url')])
  const keys = Buffer.from(hkdfSync('sha256', secret, salt, INFO, 64))
  secret.fill(0)
  return { question: keys.subarray(0, 32), answer: keys.subarray(32) }
}

export function sealOnce(key: Uint8Array, plain: Uint8Array, aad: string): string {
  const cipher = createCipheriv('aes-256-gcm', key, NONCE, { authTagLength: TAG })
  cipher.setAAD(Buffer.from(aad))
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64url')
}

/** @throws where it was changed, or sealed for somebody else */
export function openOnce(key: Uint8Array, sealed: string, aad: string): Buffer {
  const bytes = Buffer.from(sealed, 'base64url')
  if (bytes.length < TAG) throw new Error('too short')
  const cipher = createDecipheriv('aes-256-gcm', key, NONCE, { authTagLength: TAG })
  cipher.setAAD(Buffer.from(aad))
  cipher.setAuthTag(bytes.subarray(bytes.length - TAG))
  return Buffer.concat([cipher.update(bytes.subarray(0, bytes.length - TAG)), cipher.final()])
}
