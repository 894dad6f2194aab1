import { problem } from './errors.ts'
import { isAccountName, isKeyId } from './login-file.ts'
import { isCount, isListOf, isObjectOf, isText, orNull, parseShape, type Shape } from './shape.ts'

/** An account for the time of a grant. */
export interface OrderedAccount {
  readonly account: string
  readonly fullName: string
  /** Groups of the host that it is in besides its own. */
  readonly groups: readonly string[]
  /** What it may run as root with sudo, see `sudoers.ts`; null: nothing. */
  readonly sudo: readonly string[] | null
  /** ISO 8601 in UTC. */
  readonly until: string
}

/** A key id whose sessions on an account shall end. */
export interface KeyIdOnAccount {
  readonly keyId: string
  readonly account: string
}

/** All that a host shall do, as a whole: what is not in it is no longer so. */
export interface Orders {
  /** Rises with each change. */
  readonly version: number
  readonly host: string
  /** Signed, see `engines/sshcert/allow-list.ts`. */
  readonly allowList: string
  /** base64 */
  readonly krl: string
  /** base64, see `revokedText`. */
  readonly krlSignature: string
  readonly accounts: readonly OrderedAccount[]
  readonly end: readonly KeyIdOnAccount[]
}

export const MOST_ORDERS_BYTES = 67_108_864
const MOST_ACCOUNTS = 10_000
const MOST_ENDS = 10_000

const matching =
  (pattern: RegExp): Shape<string> =>
  (value): value is string =>
    isText(1000)(value) && pattern.test(value)

/** As useradd of Debian takes one; capital letters and dots, which it only takes when asked to, are none here. */
const isNewAccount = matching(/^[a-z_][a-z0-9_-]{0,31}$/)
/** The fifth field of passwd(5): no colon, no line end, no comma, which would begin another part of it. */
const isFullName = matching(/^[^\p{Cc}\p{Zl}\p{Zp}:,\\]{0,100}$/u)
export const isIsoTime = matching(/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?Z$/)

const isUntil: Shape<string> = (value): value is string => isIsoTime(value) && !Number.isNaN(Date.parse(value))

const isOrderedAccount: Shape<OrderedAccount> = isObjectOf({
  account: isNewAccount,
  fullName: isFullName,
  groups: isListOf(isNewAccount, 32),
  sudo: orNull(isListOf(isText(1000), 200)),
  until: isUntil,
})

const isOrders: Shape<Orders> = isObjectOf({
  version: isCount,
  host: isText(253),
  allowList: isText(33_554_432),
  krl: isText(50_331_648),
  krlSignature: isText(100),
  accounts: isListOf(isOrderedAccount, MOST_ACCOUNTS),
  end: isListOf(isObjectOf({ keyId: isKeyId, account: isAccountName }), MOST_ENDS),
})

/** @throws {HostError} `malformed` */
export function parseOrders(text: string): Orders {
  const orders = text.length > MOST_ORDERS_BYTES ? null : parseShape(text, isOrders)
  if (orders === null) throw problem('malformed', 'orders', 'not of the format', 'nicht im vereinbarten Format')
  const names = orders.accounts.map(({ account }) => account)
  if (new Set(names).size !== names.length) {
    throw problem('malformed', 'orders', 'an account twice', 'ein Konto zweimal')
  }
  return orders
}
