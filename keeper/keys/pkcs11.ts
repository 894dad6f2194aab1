import type * as Koffi from 'koffi'
import { failed } from '../errors.ts'

let loaded: Promise<typeof Koffi> | null = null

/**
 * What calls native code, loaded at the first call: only who has a token needs it in this process. Call it while the process
 * may still read its own code.
 */
export function nativeCalls(): Promise<typeof Koffi> {
  loaded ??= import('koffi')
  return loaded
}

// The few functions of a PKCS #11 module that signing needs (OASIS PKCS #11 2.40 and 3.0), on 64-bit Linux.

/** Places of functions in CK_FUNCTION_LIST, after its version. */
const INITIALIZE = { at: 0, as: 'CK_RV C_Initialize(void *args)' }
const FINALIZE = { at: 1, as: 'CK_RV C_Finalize(void *reserved)' }
const GET_SLOT_LIST = { at: 4, as: 'CK_RV C_GetSlotList(uint8_t present, void *slots, void *count)' }
const GET_TOKEN_INFO = { at: 6, as: 'CK_RV C_GetTokenInfo(unsigned long slot, void *info)' }
const OPEN_SESSION = {
  at: 12,
  as: 'CK_RV C_OpenSession(unsigned long slot, unsigned long flags, void *app, void *notify, void *session)',
}
const LOGIN = { at: 18, as: 'CK_RV C_Login(unsigned long session, unsigned long user, void *pin, unsigned long n)' }
const GET_ATTRIBUTES = {
  at: 24,
  as: 'CK_RV C_GetAttributeValue(unsigned long session, unsigned long object, _Inout_ CK_ATTRIBUTE *of, unsigned long n)',
}
const FIND_INIT = {
  at: 26,
  as: 'CK_RV C_FindObjectsInit(unsigned long session, CK_ATTRIBUTE *like, unsigned long n)',
}
const FIND = {
  at: 27,
  as: 'CK_RV C_FindObjects(unsigned long session, void *objects, unsigned long most, void *count)',
}
const FIND_FINAL = { at: 28, as: 'CK_RV C_FindObjectsFinal(unsigned long session)' }
const SIGN_INIT = {
  at: 42,
  as: 'CK_RV C_SignInit(unsigned long session, CK_MECHANISM *mechanism, unsigned long key)',
}
const SIGN = {
  at: 43,
  as: 'CK_RV C_Sign(unsigned long session, void *data, unsigned long n, void *signature, void *length)',
}
const GENERATE_PAIR = {
  at: 59,
  as: 'CK_RV C_GenerateKeyPair(unsigned long session, CK_MECHANISM *mechanism, CK_ATTRIBUTE *forPublic, unsigned long nPublic, CK_ATTRIBUTE *forPrivate, unsigned long nPrivate, void *publicKey, void *privateKey)',
}

const OK = 0
const ALREADY_INITIALIZED = 0x191
const FLAGS_SERIAL_AND_WRITE = 6
const USER = 1

/** One attribute of an object: its type and its value as bytes. */
export type Attribute = readonly [type: number, value: Uint8Array]

/** A number as C sees it. */
export function ulong(value: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true)
  return bytes
}

/** What a function of the module returned, where it was not CKR_OK. */
export class TokenFault extends Error {
  override readonly name = 'TokenFault'
  readonly returned: number

  constructor(what: string, returned: number) {
    super(`${what} returned 0x${returned.toString(16)}`)
    this.returned = returned
  }
}

type Call = (what: typeof LOGIN, ...args: readonly unknown[]) => void

/** A session with one token. Calls block: a token answers in milliseconds. */
export class Token {
  readonly #call: Call
  readonly #session: bigint

  private constructor(call: Call, session: bigint) {
    this.#call = call
    this.#session = session
  }

  /**
   * Loads a module and opens a session with the token of that label.
   *
   * @throws {KeeperError} `failed` the module cannot be loaded or has no such token; {TokenFault} whatever it answers else
   */
  static async open(module: string, label: string): Promise<Token> {
    const koffi = await nativeCalls()
    const call = callsOf(koffi, load(koffi, module))
    try {
      call(INITIALIZE, null)
    } catch (error) {
      if (!(error instanceof TokenFault && error.returned === ALREADY_INITIALIZED)) throw error
    }
    const slot = findSlot(call, label)
    const session = new BigUint64Array(1)
    call(OPEN_SESSION, slot, FLAGS_SERIAL_AND_WRITE, null, null, session)
    return new Token(call, session[0] ?? 0n)
  }

  /** @param pin - overwritten with zeros */
  login(pin: Uint8Array): void {
    try {
      this.#call(LOGIN, this.#session, USER, pin, pin.length)
    } finally {
      pin.fill(0)
    }
  }

  /** Handles of up to 16 objects with these attributes. */
  find(like: readonly Attribute[]): readonly bigint[] {
    this.#call(FIND_INIT, this.#session, template(like), like.length)
    const [handles, count] = [new BigUint64Array(16), new BigUint64Array(1)]
    try {
      this.#call(FIND, this.#session, handles, handles.length, count)
    } finally {
      this.#call(FIND_FINAL, this.#session)
    }
    return [...handles.subarray(0, Number(count[0]))]
  }

  /** Value of an attribute of at most 256 bytes. */
  attribute(object: bigint, type: number): Uint8Array {
    const value = Buffer.alloc(256)
    const asked = [{ type, value, length: value.length }]
    this.#call(GET_ATTRIBUTES, this.#session, object, asked, 1)
    return new Uint8Array(value.subarray(0, Number(asked[0]?.length ?? 0)))
  }

  generatePair(mechanism: number, forPublic: readonly Attribute[], forPrivate: readonly Attribute[]): void {
    const how = { mechanism, parameter: null, length: 0 }
    const [first, second] = [new BigUint64Array(1), new BigUint64Array(1)]
    const templates = [template(forPublic), forPublic.length, template(forPrivate), forPrivate.length]
    this.#call(GENERATE_PAIR, this.#session, how, ...templates, first, second)
  }

  sign(mechanism: number, key: bigint, data: Uint8Array, length: number): Uint8Array {
    this.#call(SIGN_INIT, this.#session, { mechanism, parameter: null, length: 0 }, key)
    const signature = new Uint8Array(length)
    const written = new BigUint64Array([BigInt(length)])
    this.#call(SIGN, this.#session, data, data.length, signature, written)
    return signature.subarray(0, Number(written[0]))
  }

  close(): void {
    this.#call(FINALIZE, null)
  }
}

const template = (attributes: readonly Attribute[]) =>
  attributes.map(([type, value]) => ({ type, value, length: value.length }))

function findSlot(call: Call, label: string): bigint {
  const count = new BigUint64Array(1)
  call(GET_SLOT_LIST, 1, null, count)
  const slots = new BigUint64Array(Number(count[0]))
  call(GET_SLOT_LIST, 1, slots, count)
  const found = [...slots].filter((slot) => {
    // CK_TOKEN_INFO begins with the label, 32 bytes, filled up with blanks.
    const info = Buffer.alloc(512)
    call(GET_TOKEN_INFO, slot, info)
    return info.toString('utf8', 0, 32).trimEnd() === label
  })
  const [slot] = found
  if (slot === undefined || found.length > 1) {
    const [en, de] =
      slot === undefined
        ? ['there is no token', 'es gibt kein Token']
        : ['there are several tokens', 'es gibt mehrere Tokens']
    throw failed(`${en} named ${label}`, `${de} namens ${label}`)
  }
  return slot
}

function load(koffi: typeof Koffi, module: string): unknown {
  try {
    const getList = koffi.load(module).func('unsigned long C_GetFunctionList(_Out_ void **list)')
    const list: unknown[] = [null]
    const returned: unknown = getList(list)
    if (Number(returned) !== OK) throw new TokenFault('C_GetFunctionList', Number(returned))
    return list[0]
  } catch (error) {
    throw failed(`${module} is no PKCS #11 module`, `${module} ist kein PKCS-#11-Modul`, { cause: error })
  }
}

/** CK_FUNCTION_LIST: two bytes of version, padded to eight, then pointers to functions. */
function callsOf(koffi: typeof Koffi, list: unknown): Call {
  koffi.alias('CK_RV', 'unsigned long')
  koffi.struct('CK_ATTRIBUTE', { type: 'unsigned long', value: 'void *', length: 'unsigned long' })
  koffi.struct('CK_MECHANISM', { mechanism: 'unsigned long', parameter: 'void *', length: 'unsigned long' })
  const known = new Map<string, (...args: readonly unknown[]) => unknown>()
  const prepare = ({ at, as }: typeof LOGIN) => {
    const pointer: unknown = koffi.decode(list, 8 + 8 * at, 'void *')
    const type = koffi.proto(as)
    const prepared = (...args: readonly unknown[]): unknown => koffi.call(pointer, type, ...args)
    known.set(as, prepared)
    return prepared
  }
  return (what, ...args) => {
    const returned = Number((known.get(what.as) ?? prepare(what))(...args))
    if (returned !== OK) throw new TokenFault(/C_\w+/.exec(what.as)?.[0] ?? '', returned)
  }
}
