import { isKeeperReason, type KeeperDetail, KeeperError, malformed } from './errors.ts'
import {
  type Fits,
  isBoolean,
  isCount,
  isHex,
  isListOf,
  isObjectOf,
  isOneOf,
  isText,
  orNull,
  parseShape,
  type Shape,
} from './shape.ts'

// What goes over the socket: one JSON object per frame.
//   request   {"id": 7, "op": "sign-checkpoint", "args": {...}}
//   answer    {"id": 7, "ok": {...}}  or  {"id": 7, "error": {"code": "refused", "detail": {...}}}

export interface Request {
  readonly id: number
  readonly op: string
  readonly args: unknown
}

export type Answer =
  | { readonly id: number; readonly ok: unknown }
  | { readonly id: number; readonly error: { readonly code: KeeperError['code']; readonly detail: KeeperDetail } }

const isAnything: Shape<unknown> = (_value): _value is unknown => true
const isRequest = isObjectOf({ id: isCount, op: isText(40), args: isAnything })

const isDetail = (value: unknown): value is KeeperDetail =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every((inner) => typeof inner === 'string' || typeof inner === 'number')

const isOk = isObjectOf({ id: isCount, ok: isAnything })
const isError = isObjectOf({ id: isCount, error: isObjectOf({ code: isKeeperReason, detail: isDetail }) })

/** @throws {KeeperError} `malformed` */
export function parseRequest(text: string): Request {
  const request = parseShape(text, isRequest)
  if (request === null) throw malformed('not a request', 'keine Anfrage')
  return request
}

/** @throws {KeeperError} `malformed` */
export function parseAnswer(text: string): Answer {
  const answer: Answer | null = parseShape(text, isOk) ?? parseShape(text, isError)
  if (answer === null) throw malformed('not an answer', 'keine Antwort')
  return answer
}

/** RFC 6962: a proof has at most as many hashes as a tree of 2^63 entries is high. */
const MOST_HASHES = 63

/** Arguments of `sign-checkpoint`: growth from the tree that was signed last. Hashes in hexadecimal. */
export const isSignArgs = isObjectOf({
  oldSize: isCount,
  newSize: isCount,
  newRoot: isHex(32),
  consistency: isListOf(isHex(32), MOST_HASHES),
})

export const isSigned = isObjectOf({ note: isText(8192) })

const isLast = isObjectOf({ size: isCount, root: isHex(32) })

/** What the keeper says of itself. What it says of its confinement it has measured, not been told. */
export const isStatus = isObjectOf({
  origin: isText(512),
  verifierKey: isText(1024),
  /** The tree that was signed last. */
  last: orNull(isLast),
  /** Why it signs nothing, or null. */
  refusing: orNull(isObjectOf({ en: isText(2000), de: isText(2000) })),
  keyIn: isOneOf('file', 'token'),
  uid: isCount,
  pid: isCount,
  /** Names of the network interfaces that it sees: none where it stands in an empty network namespace. */
  interfaces: isListOf(isText(64), 256),
  /** Whether native code may be loaded, which a token needs. */
  addons: isBoolean,
  /** Since the process started. */
  counters: isObjectOf({ signed: isCount, repeated: isCount, refused: isCount, malformed: isCount, busy: isCount }),
})
export type Status = Fits<typeof isStatus>

export const isPublicKeys = isObjectOf({
  keys: isListOf(
    isObjectOf({ purpose: isText(40), algorithm: isText(40), publicKey: isHex(32), verifierKey: isText(1024) }),
    16,
  ),
})
export type PublicKeys = Fits<typeof isPublicKeys>

/** The error of an answer as it is thrown on this side. */
export const thrown = (error: { readonly code: KeeperError['code']; readonly detail: KeeperDetail }): KeeperError =>
  new KeeperError(error.code, error.detail)
