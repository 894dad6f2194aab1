import { malformed } from '../errors.ts'

/**
 * A change of a host's firewall, as approvers sign it: lines `name value` in this order, each ended by a line feed. Parsed here
 * again and by itself: the server writes the same text with its own code, and is not believed.
 *
 *     bergfried-firewall-change 1
 *     id 6f1c2a34-…           UUID
 *     author anna              who proposed
 *     host gw-1
 *     base 9f86…               digest of the rule set that is replaced, as the host measures it
 *     rules 60303a…            SHA-256 of the text that replaces it
 *     difference fd61a0…       SHA-256 of what approvers were shown of it
 *     probes e3b0c4…           SHA-256 of the connections that are tried, or -
 *     approvals 1              how many others have to approve
 *     confirm 60               seconds after which it is taken back where nobody confirms it
 *     expires 1795450000       Unix time until which it may be made
 *     need "Ticket 4711"       JSON string
 */
export interface FirewallChange {
  readonly id: string
  readonly author: string
  readonly host: string
  readonly base: string
  readonly rules: string
  readonly difference: string
  readonly approvals: number
  readonly confirm: number
  readonly expires: number
}

export const MOST_CHANGE_CHARACTERS = 8192
const HEAD = 'bergfried-firewall-change 1'
const DIGEST = /^[0-9a-f]{64}$/
const FORMS = {
  id: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  author: /^[^\s\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]{1,200}$/u,
  host: /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/,
  base: DIGEST,
  rules: DIGEST,
  difference: DIGEST,
  probes: /^(-|[0-9a-f]{64})$/,
  approvals: /^[1-9]$/,
  confirm: /^[1-9][0-9]{0,3}$/,
  expires: /^[1-9][0-9]{0,11}$/,
  need: /^"[^\p{Cc}]{1,4000}"$/u,
} as const
type Name = keyof typeof FORMS
const NAMES = Object.keys(FORMS) as readonly Name[]

/** @throws {KeeperError} `malformed` it is spelled in another way, however little */
export function parseChangeText(text: string): FirewallChange {
  const lines = text.length > MOST_CHANGE_CHARACTERS ? [] : text.split('\n')
  const lineOf = (name: Name): string => (lines[NAMES.indexOf(name) + 1] ?? '').slice(name.length + 1)
  const fits =
    lines.length === NAMES.length + 2 &&
    lines[0] === HEAD &&
    lines.at(-1) === '' &&
    NAMES.every((name, i) => lines[i + 1]?.startsWith(`${name} `) === true && FORMS[name].test(lineOf(name)))
  if (!fits || !isJsonString(lineOf('need'))) {
    throw malformed('a change that is not spelled as it should be', 'eine falsch geschriebene Änderung')
  }
  return {
    id: lineOf('id'),
    author: lineOf('author'),
    host: lineOf('host'),
    base: lineOf('base'),
    rules: lineOf('rules'),
    difference: lineOf('difference'),
    approvals: Number(lineOf('approvals')),
    confirm: Number(lineOf('confirm')),
    expires: Number(lineOf('expires')),
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
