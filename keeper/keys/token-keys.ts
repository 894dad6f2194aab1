import { failed, unsafe } from '../errors.ts'
import type { KeyStore, Purpose, SigningKey } from './key.ts'
import { type Attribute, Token, TokenFault, ulong } from './pkcs11.ts'

export interface TokenConfig {
  /** Absolute path of the module, a shared library. */
  readonly module: string
  readonly tokenLabel: string
  readonly keyLabel: string
  /** Secret. */
  readonly pin: string
}

// OASIS PKCS #11 3.0, pkcs11t.h
const CKA = {
  class: 0x0,
  token: 0x1,
  private: 0x2,
  label: 0x3,
  keyType: 0x100,
  sensitive: 0x103,
  sign: 0x108,
  verify: 0x10a,
  extractable: 0x162,
  ecParams: 0x180,
  ecPoint: 0x181,
} as const
const CLASS_PUBLIC = ulong(2)
const CLASS_PRIVATE = ulong(3)
const EC_EDWARDS = ulong(0x40)
const GENERATE_EDWARDS = 0x1055
const EDDSA = 0x1057
/** Object identifier of Ed25519 in DER (RFC 8410 section 3). */
const ED25519 = Uint8Array.of(0x06, 0x03, 0x2b, 0x65, 0x70)
const YES = Uint8Array.of(1)
const NO = Uint8Array.of(0)

const PIN_FAULTS = new Set([0xa0, 0xa1, 0xa2, 0xa3, 0xa4])

/**
 * Keys in a token (PKCS #11), made there and never taken out: the token signs.
 *
 * @throws {KeeperError} `unsafe` the token does not take the PIN (nobody may try again by itself: tokens lock); `failed`
 */
export async function tokenKeys(config: TokenConfig): Promise<KeyStore> {
  const token = await guardedAsync(() => Token.open(config.module, config.tokenLabel))
  try {
    token.login(Buffer.from(config.pin, 'utf8'))
  } catch (error) {
    if (error instanceof TokenFault && PIN_FAULTS.has(error.returned)) {
      throw unsafe(config.tokenLabel, 'the token does not accept the PIN', 'das Token nimmt die PIN nicht an')
    }
    throw tokenFailed(error)
  }
  const label = (purpose: Purpose): Attribute => [CKA.label, Buffer.from(labelOf(config, purpose), 'utf8')]
  const find = (purpose: Purpose): SigningKey | null => {
    const name = labelOf(config, purpose)
    const secret = one(token, name, [[CKA.class, CLASS_PRIVATE], label(purpose)])
    const open = one(token, name, [[CKA.class, CLASS_PUBLIC], label(purpose)])
    if (secret === null && open === null) return null
    if (secret === null || open === null) {
      throw unsafe(name, 'the token holds only half of the key', 'das Token enthält nur eine Hälfte des Schlüssels')
    }
    if (!isYes(token, secret, CKA.sensitive) || isYes(token, secret, CKA.extractable)) {
      throw unsafe(name, 'the token would hand out this key', 'das Token gäbe diesen Schlüssel heraus')
    }
    return {
      publicKey: pointOf(token, open, name),
      inProcess: false,
      sign: (message) => signature(token, secret, message),
    }
  }
  return {
    place: 'token',
    find: async (purpose) => guarded(() => find(purpose)),
    create: async (purpose) =>
      guarded(() => {
        const common: readonly Attribute[] = [[CKA.token, YES], [CKA.keyType, EC_EDWARDS], label(purpose)]
        token.generatePair(
          GENERATE_EDWARDS,
          [[CKA.class, CLASS_PUBLIC], ...common, [CKA.ecParams, ED25519], [CKA.verify, YES]],
          [
            [CKA.class, CLASS_PRIVATE],
            ...common,
            [CKA.private, YES],
            [CKA.sensitive, YES],
            [CKA.extractable, NO],
            [CKA.sign, YES],
          ],
        )
        const made = find(purpose)
        if (made === null) throw failed('the token lost the key it made', 'das Token hat den neuen Schlüssel verloren')
        return made
      }),
    close: () => token.close(),
  }
}

/** Each purpose has its key; further ones will bring labels of their own. */
/** The key of the log has the configured name alone, the others add their purpose. */
const labelOf = ({ keyLabel }: TokenConfig, purpose: Purpose): string =>
  purpose === 'checkpoint' ? keyLabel : `${keyLabel}-${purpose}`

function one(token: Token, name: string, like: readonly Attribute[]): bigint | null {
  const found = token.find(like)
  if (found.length > 1) {
    throw unsafe(name, 'the token holds several keys of this name', 'das Token enthält mehrere Schlüssel dieses Namens')
  }
  return found[0] ?? null
}

const isYes = (token: Token, object: bigint, type: number): boolean => token.attribute(object, type)[0] === 1

/** The point of Ed25519 is 32 bytes, in an OCTET STRING or, in some modules, bare. */
function pointOf(token: Token, object: bigint, name: string): Uint8Array {
  const value = token.attribute(object, CKA.ecPoint)
  const point = value.length === 34 && value[0] === 0x04 && value[1] === 0x20 ? value.slice(2) : value
  if (point.length !== 32) throw unsafe(name, 'not an Ed25519 key', 'kein Ed25519-Schlüssel')
  return point
}

function signature(token: Token, key: bigint, message: Uint8Array): Uint8Array {
  const made = guarded(() => token.sign(EDDSA, key, message, 64))
  if (made.length !== 64)
    throw failed('the token signed with something else', 'das Token hat mit etwas anderem unterschrieben')
  return made
}

function guarded<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw tokenFailed(error)
  }
}

async function guardedAsync<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw tokenFailed(error)
  }
}

const tokenFailed = (error: unknown): unknown =>
  error instanceof TokenFault
    ? failed(`the token does not work (${error.message})`, `das Token arbeitet nicht (${error.message})`, {
        cause: error,
      })
    : error
