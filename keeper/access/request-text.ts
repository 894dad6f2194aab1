import { malformed } from '../errors.ts'

/**
 * What somebody asks for, as approvers sign it: lines `name value` in this order, each ended by a line feed. Parsed here again and
 * by itself: the server writes the same text with its own code, and is not believed.
 *
 *     bergfried-request 1
 *     id 6f1c2a34-…           UUID
 *     requester anna           who asked
 *     receiver anna            who gets it
 *     system web-1
 *     kind host
 *     entitlement web-shell
 *     level shell
 *     account anna
 *     approvals 1              how many others have to approve
 *     seconds 3600             how long it lasts from its beginning
 *     expires 1795450000       Unix time until which it may begin
 *     key SHA256:…             the receiver's SSH key, or -
 *     source 10.0.0.0/8        networks it may be used from, separated by commas, or -
 *     extensions permit-pty    of the certificate, separated by commas, or -
 *     need "Ticket 4711"       JSON string
 */
export interface AccessRequest {
  readonly id: string
  readonly requester: string
  readonly receiver: string
  readonly system: string
  readonly kind: string
  readonly entitlement: string
  readonly level: string
  readonly account: string
  readonly approvals: number
  readonly seconds: number
  readonly expires: number
  readonly key: string | null
  readonly source: readonly string[]
  readonly extensions: readonly string[]
  readonly need: string
}

export const MOST_REQUEST_CHARACTERS = 8192
const HEAD = 'bergfried-request 1'
const NAMES = [
  'id',
  'requester',
  'receiver',
  'system',
  'kind',
  'entitlement',
  'level',
  'account',
  'approvals',
  'seconds',
  'expires',
  'key',
  'source',
  'extensions',
  'need',
] as const

const PERSON = /^[^\s\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]{1,200}$/u
const WORD = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/
const FORMS: Readonly<Record<(typeof NAMES)[number], RegExp>> = {
  id: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  requester: PERSON,
  receiver: PERSON,
  system: WORD,
  kind: /^[a-z]{1,20}$/,
  entitlement: WORD,
  level: /^[a-z][a-z0-9_-]{0,39}$/,
  account: /^[a-z_][a-z0-9_-]{0,31}$/,
  approvals: /^[1-9]$/,
  seconds: /^[1-9][0-9]{0,7}$/,
  expires: /^[1-9][0-9]{0,11}$/,
  key: /^(-|SHA256:[A-Za-z0-9+/]{43})$/,
  source: /^(-|[0-9a-f:./,]{1,1000})$/,
  extensions: /^(-|[A-Za-z0-9,-]{1,200})$/,
  need: /^"[^\p{Cc}]{1,4000}"$/u,
}

/** @throws {KeeperError} `malformed` it is spelled in another way, however little */
export function parseRequestText(text: string): AccessRequest {
  const lines = text.length > MOST_REQUEST_CHARACTERS ? [] : text.split('\n')
  const values = new Map<string, string>()
  const fits =
    lines.length === NAMES.length + 2 &&
    lines[0] === HEAD &&
    lines.at(-1) === '' &&
    NAMES.every((name, i) => {
      const line = lines[i + 1] ?? ''
      values.set(name, line.slice(name.length + 1))
      return line.startsWith(`${name} `) && FORMS[name].test(line.slice(name.length + 1))
    })
  const need = fits ? needOf(values.get('need') ?? '') : null
  if (need === null) throw malformed('a request that is not spelled as it should be', 'ein falsch geschriebener Antrag')
  const of = (name: (typeof NAMES)[number]): string => values.get(name) ?? ''
  const list = (name: 'source' | 'extensions'): readonly string[] => (of(name) === '-' ? [] : of(name).split(','))
  return {
    id: of('id'),
    requester: of('requester'),
    receiver: of('receiver'),
    system: of('system'),
    kind: of('kind'),
    entitlement: of('entitlement'),
    level: of('level'),
    account: of('account'),
    approvals: Number(of('approvals')),
    seconds: Number(of('seconds')),
    expires: Number(of('expires')),
    key: of('key') === '-' ? null : of('key'),
    source: list('source'),
    extensions: list('extensions'),
    need,
  }
}

function needOf(quoted: string): string | null {
  try {
    const value: unknown = JSON.parse(quoted)
    return typeof value === 'string' && JSON.stringify(value) === quoted ? value : null
  } catch {
    return null
  }
}
