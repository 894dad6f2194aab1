import { clip } from './clip.ts'
import { type PublicKey, publicKey } from './ssh-keys-blob.ts'

/** One key of an authorized_keys file. */
interface AuthorizedKey extends PublicKey {
  /** Line of the file, from 1. */
  readonly line: number
  readonly comment: string
  /** `name` or `name=value`; of command= and environment= the name alone. */
  readonly options: string[]
  readonly certAuthority: boolean
}

/** More options than this of one line are left out: nobody has them, and a user must not be able to fill our store. */
const MOST_OPTIONS = 100
const LONGEST_OPTION = 1024
const LONGEST_COMMENT = 1024

/**
 * Reads an authorized_keys file after sshd(8), AUTHORIZED_KEYS FILE FORMAT.
 *
 * A line that sshd skips because no key is in it is skipped here too: the file belongs to a user, who must not be able
 * to hide the other keys by a broken line.
 */
export function parseAuthorizedKeys(text: string): AuthorizedKey[] {
  const keys: AuthorizedKey[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const found = authorizedKey(line.replace(/^[ \t]+/, ''))
    if (found !== null) keys.push({ line: index + 1, ...found })
  }
  return keys
}

function authorizedKey(line: string): Omit<AuthorizedKey, 'line'> | null {
  if (line === '' || line.startsWith('#')) return null
  const direct = keyAt(line)
  if (direct !== null) return { ...direct, options: [], certAuthority: false }
  const end = endOfOptions(line)
  const behind = end === null ? null : keyAt(line.slice(end).replace(/^[ \t]+/, ''))
  if (end === null || behind === null) return null
  const options = splitOptions(line.slice(0, end))
  return { ...behind, options, certAuthority: options.includes('cert-authority') }
}

/** `type base64 comment` */
function keyAt(text: string): (PublicKey & { comment: string }) | null {
  const [type = '', rest = ''] = halves(text)
  const [base64 = '', comment = ''] = halves(rest)
  const key = publicKey(base64)
  if (key === null || !named(type, key.keyType)) return null
  return { ...key, comment: clip(clean(comment), LONGEST_COMMENT) }
}

/** sshd takes the short name of a kind of key too, in any case. */
function named(type: string, keyType: string): boolean {
  if (type === keyType) return true
  return SHORT_NAMES[type.toUpperCase()]?.test(keyType) === true
}

const SHORT_NAMES: Readonly<Record<string, RegExp>> = {
  RSA: /^ssh-rsa$/,
  DSA: /^ssh-dss$/,
  ECDSA: /^ecdsa-/,
  ED25519: /^ssh-ed25519$/,
  'ECDSA-SK': /^sk-ecdsa-/,
  'ED25519-SK': /^sk-ssh-ed25519/,
}

function halves(text: string): readonly [string, string] {
  const at = text.search(/[ \t]/)
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at).replace(/^[ \t]+/, '')]
}

/** Options reach to the first blank outside quotes; \" does not end a quote. Null where a quote stays open. */
function endOfOptions(line: string): number | null {
  let quoted = false
  let at = 0
  for (; at < line.length && (quoted || (line[at] !== ' ' && line[at] !== '\t')); at++) {
    if (line[at] === '\\' && line[at + 1] === '"') at++
    else if (line[at] === '"') quoted = !quoted
  }
  return quoted || at >= line.length ? null : at
}

function splitOptions(text: string): string[] {
  const found: string[] = []
  let current = ''
  let quoted = false
  for (let at = 0; at <= text.length && found.length < MOST_OPTIONS; at++) {
    const next = text[at] ?? ','
    if (next === '\\' && text[at + 1] === '"') {
      current += '"'
      at++
    } else if (next === '"') quoted = !quoted
    else if (next === ',' && !quoted) {
      if (current !== '') found.push(option(current))
      current = ''
    } else current += next
  }
  return found
}

/** Names do not depend on case. The value of these two may be a secret. */
function option(text: string): string {
  const at = text.indexOf('=')
  if (at === -1) return clip(clean(text).toLowerCase(), LONGEST_OPTION)
  const name = clean(text.slice(0, at)).toLowerCase()
  return clip(
    name === 'command' || name === 'environment' ? name : `${name}=${clean(text.slice(at + 1))}`,
    LONGEST_OPTION,
  )
}

const clean = (text: string): string => text.replaceAll(/\p{Cc}/gu, ' ').trim()
