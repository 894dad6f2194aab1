import { malformed } from '../errors.ts'

/**
 * What is ordered of a key-encryption key, as approvers sign it: lines `name value` in this order, each ended by a line feed. Parsed
 * here again and by itself: the server writes the same text with its own code, and is not believed.
 *
 *     bergfried-key-order 1
 *     id 6f1c2a34-…            UUID
 *     order grant              grant, enable, shred
 *     key customer-data        name of the key-encryption key
 *     requester anna           who asked
 *     holder shop-api          who may use it, or -
 *     holder-key MCowBQYDK2…   their Ed25519 key, 32 bytes in base64url, or -
 *     owner anna               who answers for the holder, or -
 *     may wrap,unwrap          or wrap, or unwrap, or -
 *     per-minute 600           most uses in a minute, or 0
 *     seconds 86400            how long a grant lasts, or 0
 *     approvals 1              how many others have to approve
 *     expires 1795450000       Unix time until which it may be carried out
 *     need "Ticket 4711"       JSON string
 */
export interface KeyOrder {
  readonly id: string
  readonly order: 'grant' | 'enable' | 'shred'
  readonly key: string
  readonly requester: string
  readonly holder: string
  /** 32 bytes, base64url. */
  readonly holderKey: string
  readonly owner: string
  readonly may: readonly ('wrap' | 'unwrap')[]
  readonly perMinute: number
  readonly seconds: number
  readonly approvals: number
  readonly expires: number
}

export const MOST_ORDER_CHARACTERS = 8192
export const KEY_NAME = /^[a-z][a-z0-9-]{0,62}$/
const HEAD = 'bergfried-key-order 1'
const PERSON = /^[^\s\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]{1,200}$/u
const FORMS = {
  id: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  order: /^(grant|enable|shred)$/,
  key: KEY_NAME,
  requester: PERSON,
  holder: /^(-|[A-Za-z0-9][A-Za-z0-9_.@-]{0,99})$/,
  'holder-key': /^(-|[A-Za-z0-9_-]{43})$/,
  owner: PERSON,
  may: /^(-|wrap|unwrap|wrap,unwrap)$/,
  'per-minute': /^(0|[1-9][0-9]{0,5})$/,
  seconds: /^(0|[1-9][0-9]{0,7})$/,
  approvals: /^[1-9]$/,
  expires: /^[1-9][0-9]{0,11}$/,
  need: /^"[^\p{Cc}]{1,4000}"$/u,
} as const
type Name = keyof typeof FORMS
const NAMES = Object.keys(FORMS) as readonly Name[]

/** @throws {KeeperError} `malformed` it is spelled in another way, however little, or a grant without its holder */
export function parseOrderText(text: string): KeyOrder {
  const lines = text.length > MOST_ORDER_CHARACTERS ? [] : text.split('\n')
  const of = (name: Name): string => (lines[NAMES.indexOf(name) + 1] ?? '').slice(name.length + 1)
  const fits =
    lines.length === NAMES.length + 2 &&
    lines[0] === HEAD &&
    lines.at(-1) === '' &&
    NAMES.every((name, i) => lines[i + 1]?.startsWith(`${name} `) === true && FORMS[name].test(of(name))) &&
    isJsonString(of('need'))
  const nobody = (['holder', 'holder-key', 'owner', 'may'] as const).map((name) => of(name) === '-')
  const none = [of('per-minute') === '0', of('seconds') === '0']
  const grant = of('order') === 'grant'
  if (!fits || ![...nobody, ...none].every((absent) => absent !== grant)) {
    throw malformed('an order that is not spelled as it should be', 'ein falsch geschriebener Auftrag')
  }
  return {
    id: of('id'),
    order: of('order') as KeyOrder['order'],
    key: of('key'),
    requester: of('requester'),
    holder: of('holder'),
    holderKey: of('holder-key'),
    owner: of('owner'),
    may: grant ? (of('may').split(',') as ('wrap' | 'unwrap')[]) : [],
    perMinute: Number(of('per-minute')),
    seconds: Number(of('seconds')),
    approvals: Number(of('approvals')),
    expires: Number(of('expires')),
  }
}

function isJsonString(quoted: string): boolean {
  try {
    const value: unknown = JSON.parse(quoted)
    return typeof value === 'string' && JSON.stringify(value) === quoted
  } catch {
    return false
  }
}
