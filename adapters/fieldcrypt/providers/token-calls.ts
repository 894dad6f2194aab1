import type * as Koffi from 'koffi'
import { ProviderError } from './provider-error.ts'

// The few functions of a PKCS #11 module that wrapping needs (OASIS PKCS #11 3.0), on 64-bit Linux: places in CK_FUNCTION_LIST.
const F = {
  initialize: [0, 'CK_RV C_Initialize(void *args)'],
  slotList: [4, 'CK_RV C_GetSlotList(uint8_t present, void *slots, void *count)'],
  tokenInfo: [6, 'CK_RV C_GetTokenInfo(unsigned long slot, void *info)'],
  openSession: [
    12,
    'CK_RV C_OpenSession(unsigned long slot, unsigned long flags, void *app, void *notify, void *session)',
  ],
  closeSession: [13, 'CK_RV C_CloseSession(unsigned long session)'],
  login: [18, 'CK_RV C_Login(unsigned long session, unsigned long user, void *pin, unsigned long n)'],
  attributes: [
    24,
    'CK_RV C_GetAttributeValue(unsigned long session, unsigned long object, _Inout_ BF_ATTRIBUTE *of, unsigned long n)',
  ],
  findInit: [26, 'CK_RV C_FindObjectsInit(unsigned long session, BF_ATTRIBUTE *like, unsigned long n)'],
  find: [27, 'CK_RV C_FindObjects(unsigned long session, void *objects, unsigned long most, void *count)'],
  findFinal: [28, 'CK_RV C_FindObjectsFinal(unsigned long session)'],
  encryptInit: [29, 'CK_RV C_EncryptInit(unsigned long session, BF_GCM_MECHANISM *mechanism, unsigned long key)'],
  encrypt: [30, 'CK_RV C_Encrypt(unsigned long session, void *data, unsigned long n, void *out, void *length)'],
  decryptInit: [33, 'CK_RV C_DecryptInit(unsigned long session, BF_GCM_MECHANISM *mechanism, unsigned long key)'],
  decrypt: [34, 'CK_RV C_Decrypt(unsigned long session, void *data, unsigned long n, void *out, void *length)'],
  generateKey: [
    58,
    'CK_RV C_GenerateKey(unsigned long session, BF_MECHANISM *mechanism, BF_ATTRIBUTE *like, unsigned long n, void *key)',
  ],
} as const

const OK = 0
const ALREADY_INITIALIZED = 0x191
const SERIAL_AND_WRITE = 6
const USER = 1
const ALREADY_LOGGED_IN = 0x100
const AES_GCM = 0x1087
const AES_KEY_GEN = 0x1080
const TAG_BITS = 128

export type Attribute = readonly [type: number, value: Uint8Array]

/** What a function of the module returned, where it was not CKR_OK. */
export class TokenFault extends Error {
  override readonly name = 'TokenFault'
  readonly returned: number

  constructor(what: string, returned: number) {
    super(`${what} returned 0x${returned.toString(16)}`)
    this.returned = returned
  }
}

type Call = (what: keyof typeof F, ...args: readonly unknown[]) => void

/** A session with a token. Calls block: a token answers in milliseconds, and there is one per data key. */
export class TokenSession {
  readonly #call: Call
  readonly #session: bigint

  private constructor(call: Call, session: bigint) {
    this.#call = call
    this.#session = session
  }

  /** @throws {TokenFault} @throws {ProviderError} `unreachable` there is no such module or token */
  static async open(module: string, label: string, pin: string): Promise<TokenSession> {
    const call = callsOf(await import('koffi'), module)
    tolerating(ALREADY_INITIALIZED, () => call('initialize', null))
    const session = new BigUint64Array(1)
    call('openSession', slotOf(call, label), SERIAL_AND_WRITE, null, null, session)
    const opened = new TokenSession(call, session[0] ?? 0n)
    const secret = Buffer.from(pin, 'utf8')
    try {
      tolerating(ALREADY_LOGGED_IN, () => call('login', opened.#session, USER, secret, secret.length))
    } finally {
      secret.fill(0)
    }
    return opened
  }

  find(like: readonly Attribute[]): readonly bigint[] {
    this.#call('findInit', this.#session, template(like), like.length)
    const [handles, count] = [new BigUint64Array(16), new BigUint64Array(1)]
    try {
      this.#call('find', this.#session, handles, handles.length, count)
    } finally {
      this.#call('findFinal', this.#session)
    }
    return [...handles.subarray(0, Number(count[0]))]
  }

  isYes(object: bigint, type: number): boolean {
    const value = Buffer.alloc(8)
    this.#call('attributes', this.#session, object, [{ type, value, length: value.length }], 1)
    return value[0] === 1
  }

  generateKey(like: readonly Attribute[]): void {
    const how = { mechanism: AES_KEY_GEN, parameter: null, length: 0 }
    this.#call('generateKey', this.#session, how, template(like), like.length, new BigUint64Array(1))
  }

  /** AES-256-GCM in the token. @returns ciphertext and tag */
  seal(key: bigint, nonce: Uint8Array, aad: Uint8Array, plain: Uint8Array): Buffer {
    this.#call('encryptInit', this.#session, gcm(nonce, aad), key)
    return this.#run('encrypt', plain, plain.length + 64)
  }

  /** @throws {TokenFault} the tag does not fit */
  open(key: bigint, nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Buffer {
    this.#call('decryptInit', this.#session, gcm(nonce, aad), key)
    return this.#run('decrypt', sealed, sealed.length + 64)
  }

  close(): void {
    this.#call('closeSession', this.#session)
  }

  #run(what: 'encrypt' | 'decrypt', data: Uint8Array, most: number): Buffer {
    const out = Buffer.alloc(most)
    const length = new BigUint64Array([BigInt(most)])
    this.#call(what, this.#session, data, data.length, out, length)
    return out.subarray(0, Number(length[0]))
  }
}

const gcm = (nonce: Uint8Array, aad: Uint8Array) => ({
  mechanism: AES_GCM,
  parameter: {
    iv: nonce,
    ivLength: nonce.length,
    ivBits: nonce.length * 8,
    aad,
    aadLength: aad.length,
    tagBits: TAG_BITS,
  },
  /** sizeof(CK_GCM_PARAMS) on 64 bits. */
  length: 48,
})

const template = (attributes: readonly Attribute[]) =>
  attributes.map(([type, value]) => ({ type, value, length: value.length }))

function tolerating(returned: number, work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof TokenFault && error.returned === returned)) throw error
  }
}

function slotOf(call: Call, label: string): bigint {
  const count = new BigUint64Array(1)
  call('slotList', 1, null, count)
  const slots = new BigUint64Array(Number(count[0]))
  call('slotList', 1, slots, count)
  const found = [...slots].filter((slot) => {
    // CK_TOKEN_INFO begins with the label, 32 bytes, filled up with blanks.
    const info = Buffer.alloc(512)
    call('tokenInfo', slot, info)
    return info.toString('utf8', 0, 32).trimEnd() === label
  })
  const [slot] = found
  if (slot === undefined || found.length > 1) throw new ProviderError('unreachable', `no single token named ${label}`)
  return slot
}

const KNOWN = new Map<string, Call>()

/** CK_FUNCTION_LIST: two bytes of version, padded to eight, then pointers to functions. */
function callsOf(koffi: typeof Koffi, module: string): Call {
  const known = KNOWN.get(module)
  if (known !== undefined) return known
  const list = load(koffi, module)
  if (KNOWN.size === 0) {
    koffi.struct('BF_ATTRIBUTE', { type: 'unsigned long', value: 'void *', length: 'unsigned long' })
    koffi.struct('BF_MECHANISM', { mechanism: 'unsigned long', parameter: 'void *', length: 'unsigned long' })
    koffi.struct('BF_GCM', {
      iv: 'void *',
      ivLength: 'unsigned long',
      ivBits: 'unsigned long',
      aad: 'void *',
      aadLength: 'unsigned long',
      tagBits: 'unsigned long',
    })
    koffi.struct('BF_GCM_MECHANISM', { mechanism: 'unsigned long', parameter: 'BF_GCM *', length: 'unsigned long' })
  }
  const prepared = new Map<string, (...args: readonly unknown[]) => unknown>()
  const prepare = (what: keyof typeof F) => {
    const [at, as] = F[what]
    const pointer: unknown = koffi.decode(list, 8 + 8 * at, 'void *')
    const type = koffi.proto(as.replace(/^CK_RV C_\w+/, `unsigned long BF_${KNOWN.size}_${what}`))
    const made = (...args: readonly unknown[]): unknown => koffi.call(pointer, type, ...args)
    prepared.set(what, made)
    return made
  }
  const call: Call = (what, ...args) => {
    const returned = Number((prepared.get(what) ?? prepare(what))(...args))
    if (returned !== OK) throw new TokenFault(what, returned)
  }
  KNOWN.set(module, call)
  return call
}

function load(koffi: typeof Koffi, module: string): unknown {
  try {
    const getList = koffi.load(module).func('unsigned long C_GetFunctionList(_Out_ void **list)')
    const list: unknown[] = [null]
    if (Number(getList(list)) === OK) return list[0]
  } catch {
    // Below.
  }
  throw new ProviderError('unreachable', `${module} is no PKCS #11 module`)
}
