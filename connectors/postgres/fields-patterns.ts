import { crc32 } from 'node:zlib'

/** What a column looks like. */
export interface Suspicion {
  readonly kind: 'api_key' | 'private_key' | 'token' | 'entropy' | 'card_number'
  readonly pattern: string
  readonly values: number
}

/** Shapes that issuers publish for the sake of scanners: prefix, alphabet, length. */
const SHAPES: readonly (readonly [kind: Suspicion['kind'], pattern: string, regex: RegExp])[] = [
  ['api_key', 'aws', /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/],
  ['api_key', 'github', /\b(gh[pousr])_([A-Za-z0-9]{36})\b/],
  ['api_key', 'github-fine-grained', /\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\b/],
  ['api_key', 'npm', /\b(npm)_([A-Za-z0-9]{36})\b/],
  ['api_key', 'gitlab', /\bglpat-[A-Za-z0-9_-]{20,}\b/],
  ['api_key', 'slack', /\bxox[abeoprs]-[A-Za-z0-9-]{10,}\b/],
  ['api_key', 'stripe', /\b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}\b/],
  ['api_key', 'stripe-webhook', /\bwhsec_[A-Za-z0-9+/=]{24,}/],
  ['api_key', 'google', /\bAIza[0-9A-Za-z_-]{35}\b/],
  ['api_key', 'sendgrid', /\bSG\.[\w-]{22}\.[\w-]{43}\b/],
  ['api_key', 'anthropic', /\bsk-ant-[A-Za-z0-9_-]{32,}/],
  ['api_key', 'openai', /\bsk-(?:proj-)?[A-Za-z0-9_-]{32,}\b/],
  ['api_key', 'digitalocean', /\bdo[opr]_v1_[a-f0-9]{64}\b/],
  ['api_key', 'pypi', /\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}/],
  ['private_key', 'pem', /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/],
  ['private_key', 'age', /\bAGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}\b/],
  ['token', 'jwt', /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}/],
]

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/**
 * Whether the last six characters of a GitHub or npm token are the CRC-32 of those before, in base 62
 * (github.blog, "Behind GitHub's new authentication token formats").
 */
export function hasChecksum(body: string): boolean {
  let sum = crc32(body.slice(0, -6))
  let text = ''
  for (let i = 0; i < 6; i++) {
    text = (BASE62[sum % 62] ?? '') + text
    sum = Math.floor(sum / 62)
  }
  return text === body.slice(-6)
}

function shapeOf(value: string): readonly [Suspicion['kind'], string] | null {
  for (const [kind, pattern, regex] of SHAPES) {
    const found = regex.exec(value)
    if (found !== null)
      return [kind, found[2] !== undefined && hasChecksum(found[2]) ? `${pattern}, checksum` : pattern]
  }
  return null
}

const RANDOM = /^[A-Za-z0-9+/_.=-]{20,200}$/
const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i
/** Bits per character: of 24 random characters of base 64 about 4.2, of hexadecimal 3.5, of words below 3.5 and without digits. */
export function looksRandom(value: string): boolean {
  if (!RANDOM.test(value) || UUID.test(value) || !/[0-9]/.test(value) || !/[A-Za-z]/.test(value)) return false
  const hex = /^[0-9a-f]+$/i.test(value)
  return entropy(value) >= (hex ? 3.3 : 3.9) && (!hex || value.length >= 32)
}

function entropy(value: string): number {
  const counts = new Map<string, number>()
  for (const c of value) counts.set(c, (counts.get(c) ?? 0) + 1)
  return [...counts.values()].reduce((sum, n) => sum - (n / value.length) * Math.log2(n / value.length), 0)
}

/** ISO/IEC 7812: ranges of issuers with the lengths of their numbers. */
const ISSUERS: readonly (readonly [RegExp, readonly number[]])[] = [
  [/^4/, [13, 16, 19]],
  [/^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^3(0[0-5]|[689])/, [14]],
  [/^(6011|64[4-9]|65)/, [16, 17, 18, 19]],
  [/^35(2[89]|[3-8])/, [16, 17, 18, 19]],
  [/^62/, [16, 17, 18, 19]],
]

const fromIssuer = (digits: string): boolean =>
  ISSUERS.some(([range, lengths]) => range.test(digits) && lengths.includes(digits.length))

/** The check digit of ISO/IEC 7812-1, annex B. */
export function luhn(digits: string): boolean {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]) * (i % 2 === 0 ? 1 : 2)
    sum += digit > 9 ? digit - 9 : digit
  }
  return sum % 10 === 0
}

const GROUPS = /(?<![\d.-])\d{4}(?:[ -]?\d{4}){2}[ -]?\d{1,7}(?!\d)|(?<![\d.-])3\d{3}[ -]?\d{6}[ -]?\d{4,5}(?!\d)/g

/** Numbers in the form of an issuer's, and how many of them have a check digit that fits. */
function cardsIn(value: string): { readonly formed: number; readonly valid: number } {
  const numbers = [...value.matchAll(GROUPS)].map(([text]) => text.replaceAll(/[ -]/g, '')).filter(fromIssuer)
  const real = numbers.filter((digits) => !/^(\d)\1+$/.test(digits))
  return { formed: real.length, valid: real.filter(luhn).length }
}

/** Of ten random numbers one has a check digit that fits: where there are many, more than that have to. */
const CHANCE = 0.3
const MANY = 10
/** So much of a column has to look random. */
const MOSTLY = 0.6
const FEW = 3

/** What the values of a column look like. They are looked at and forgotten. */
export function suspicionsOf(values: readonly string[]): readonly Suspicion[] {
  const shapes = new Map<string, { kind: Suspicion['kind']; values: number }>()
  let [random, formed, valid] = [0, 0, 0]
  for (const value of values) {
    const shape = shapeOf(value)
    if (shape !== null) {
      const [kind, pattern] = shape
      shapes.set(pattern, { kind, values: (shapes.get(pattern)?.values ?? 0) + 1 })
    } else if (looksRandom(value)) random += 1
    const cards = cardsIn(value)
    formed += cards.formed
    valid += cards.valid
  }
  const found: Suspicion[] = [...shapes].map(([pattern, seen]) => ({ pattern, ...seen }))
  if (random >= FEW && random >= MOSTLY * values.length)
    found.push({ kind: 'entropy', pattern: 'random', values: random })
  if (valid > 0 && (formed < MANY || valid / formed > CHANCE))
    found.push({ kind: 'card_number', pattern: 'luhn', values: valid })
  return found
}

/** Whether a column's name speaks of a secret. */
export const speaksOfSecret = (column: string): boolean =>
  /(^|[_-])(api_?key|key|token|secret|passw(or)?d|passphrase|credential|auth|private)s?([_-]|$)|apiKey|accessKey|secretKey|Token$|Secret$|Password$/i.test(
    column,
  ) && !/(^|_)(id|fk|pk|hash|digest|public)(_|$)/i.test(column)
