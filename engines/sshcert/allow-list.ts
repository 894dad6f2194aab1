import { fromBase64, toBase64, utf8 } from './bytes.ts'
import { isPrincipal } from './certificate-request.ts'
import { malformed, refused, tooLarge, unverified } from './errors.ts'
import { fingerprint, parseFingerprint } from './fingerprint.ts'
import type { Ed25519Key, PublicKey } from './public-key.ts'
import { encodeSignature } from './signature.ts'
import { type Signer, wrapSignature } from './signer.ts'
import { verifySignature } from './verify-signature.ts'

/** Who may sign in on one host, said by whoever issues certificates and kept on the host: see README, "Allow-list". */
export interface AllowList {
  /** The host that it is for, so that none serves another. */
  readonly host: string
  /** Fingerprint of the key that certifies: `SHA256:…`. */
  readonly authority: string
  /** From 1 on; rises with each list of a host. */
  readonly version: bigint
  /** Unix time in seconds. */
  readonly issued: bigint
  /** Seconds after `issued` for which the list counts. */
  readonly maxAge: bigint
  readonly entries: readonly AllowedLogin[]
}

/** Certificates with this key id may sign in to this account under these principals. */
export interface AllowedLogin {
  readonly account: string
  /** Printable ASCII without blanks: of a grant, not of a person. */
  readonly keyId: string
  /** Unix time in seconds, itself not included. */
  readonly until: bigint
  readonly principals: readonly string[]
}

const HEAD = 'bergfried-allow-list 1'
const MOST_CHARACTERS = 33_554_432
const MOST_ENTRIES = 100_000
const MOST_PRINCIPALS = 64
/** Unix times and ages: beyond any date, within what every language counts exactly. */
const MOST_SECONDS = 2n ** 53n - 1n
const ACCOUNT = /^[A-Za-z_][A-Za-z0-9_.-]{0,31}\$?$/
const WORD = /^[!-~]{1,255}$/

/**
 * Writes a list and has it signed. Equal lists give equal texts.
 *
 * @param signer of an Ed25519 key
 * @throws {SshError} `malformed`, `refused`, `too_large`: the list; `unverified`: what the signer gave
 */
export async function signAllowList(list: AllowList, signer: Signer): Promise<string> {
  const key = ed25519(signer.key)
  const body = formatBody(list)
  const raw = await signer.sign(utf8(body))
  verifySignature(key, wrapSignature(key, raw), utf8(body))
  return `${body}signature ${fingerprint(key)} ${toBase64(raw.bytes)}\n`
}

/**
 * Opens a list: its signature first, then its contents, which must be spelled as {@link signAllowList} spells them.
 *
 * @param keys whose signature counts
 * @throws {SshError} `unverified`: signed by nobody known, or the signature does not hold; `malformed`, `too_large`
 */
export function openAllowList(text: string, keys: readonly PublicKey[]): AllowList {
  if (text.length > MOST_CHARACTERS) throw tooLarge(`allow-list: ${text.length} characters`)
  const found = /^(bergfried-allow-list .*\n)signature (SHA256:[A-Za-z0-9+/]{43}) ([A-Za-z0-9+/=]{88})\n$/s.exec(text)
  const [, body = '', by = '', encoded = ''] = found ?? []
  const bytes = fromBase64(encoded)
  if (found === null || bytes === null) throw malformed('allow-list: without a signature at its end')
  const key = keys.find((known) => fingerprint(known) === by)
  if (key === undefined) throw unverified('allow-list: signed by a key that is not trusted')
  const signature = encodeSignature({ algorithm: ed25519(key).type, bytes, authenticator: null })
  verifySignature(key, signature, utf8(body))
  const list = parseBody(body)
  if (formatBody(list) !== body) throw malformed('allow-list: not spelled as it should be')
  return list
}

/** Everything that is signed. */
function formatBody(list: AllowList): string {
  checkHead(list)
  const { host, authority, version, issued, maxAge, entries } = list
  if (entries.length > MOST_ENTRIES) throw tooLarge(`allow-list: more than ${MOST_ENTRIES} entries`)
  const lines = entries.map(formatEntry).sort()
  for (const [i, line] of lines.entries()) {
    if (i > 0 && loginOf(line) === loginOf(lines[i - 1] ?? '')) throw refused('allow-list: an account and key id twice')
  }
  const head = [
    HEAD,
    `host ${host}`,
    `authority ${authority}`,
    `version ${version}`,
    `issued ${issued}`,
    `max-age ${maxAge}`,
  ]
  const text = [...head, ...lines, ''].join('\n')
  if (text.length + 256 > MOST_CHARACTERS) throw tooLarge(`allow-list: ${text.length} characters`)
  return text
}

function formatEntry({ account, keyId, until, principals }: AllowedLogin): string {
  if (!ACCOUNT.test(account)) throw malformed('allow-list: an account that is no name of one')
  if (!WORD.test(keyId)) throw malformed('allow-list: a key id that is not printable ASCII without blanks')
  if (!isSeconds(until)) throw malformed('allow-list: an end that is no time')
  if (principals.length === 0 || principals.length > MOST_PRINCIPALS) {
    throw refused(`allow-list: not 1 to ${MOST_PRINCIPALS} principals`)
  }
  const sorted = [...principals].sort()
  if (!sorted.every((name) => WORD.test(name) && isPrincipal(name)) || new Set(sorted).size !== sorted.length) {
    throw malformed('allow-list: a principal that is none, or one twice')
  }
  return `allow ${account} ${keyId} ${until} ${sorted.join(',')}`
}

function parseBody(body: string): AllowList {
  const [head = '', ...lines] = body.split('\n', MOST_ENTRIES + 8)
  if (head !== HEAD) throw malformed('allow-list: another format than 1')
  const fields = ['host', 'authority', 'version', 'issued', 'max-age'].map((name, i) => {
    const line = lines[i] ?? ''
    if (!line.startsWith(`${name} `)) throw malformed(`allow-list: no ${name} in line ${i + 2}`)
    return line.slice(name.length + 1)
  })
  const [host = '', authority = '', version = '', issued = '', maxAge = ''] = fields
  const rest = lines.slice(fields.length)
  if (rest.pop() !== '') throw malformed('allow-list: too long, or without a last line end')
  const entries = rest.map((line): AllowedLogin => {
    const [allow, account = '', keyId = '', until = '', principals = '', ...more] = line.split(' ')
    if (allow !== 'allow' || more.length > 0) throw malformed('allow-list: a line that is no entry')
    return { account, keyId, until: numberOf(until), principals: principals.split(',') }
  })
  const numbers = { version: numberOf(version), issued: numberOf(issued), maxAge: numberOf(maxAge) }
  return { host, authority, ...numbers, entries }
}

function checkHead({ host, authority, version, issued, maxAge }: AllowList): void {
  if (!WORD.test(host)) throw malformed('allow-list: a host that is not printable ASCII without blanks')
  parseFingerprint(authority)
  if (!isSeconds(version) || version === 0n) throw malformed('allow-list: a version that is no number from 1 on')
  if (!isSeconds(issued)) throw malformed('allow-list: issued at no time')
  if (!isSeconds(maxAge) || maxAge === 0n) throw malformed('allow-list: a maximum age of no time')
}

function ed25519(key: PublicKey): Ed25519Key {
  if (key.type !== 'ssh-ed25519') throw refused('allow-list: signed with another key than Ed25519')
  return key
}

const isSeconds = (value: bigint): boolean => value >= 0n && value <= MOST_SECONDS

function numberOf(text: string): bigint {
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) throw malformed('allow-list: a number that is none')
  return BigInt(text)
}

const loginOf = (line: string): string => line.split(' ', 3).join(' ')
