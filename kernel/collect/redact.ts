import { redactAssignments, redactFlags } from './redact-assignments.ts'
import { REDACTED } from './redacted.ts'

/**
 * Most strings of a host hold nothing like a secret. One look for these marks decides whether the rules below run.
 * Every rule needs one of them; the tests hold the two together.
 */
const MARKS =
  /pass|pwd|secret|token|credential|api.?key|access.?key|private.?key|account.?key|signing.?key|encryption.?key|master.?key|shared.?key|:\/\/|bearer|basic\s|authorization|-----begin|age-secret|\$|\{s?(?:sha|md5|crypt|pbkdf2)|scram|md5[0-9a-f]|eyj|a(?:kia|sia|bia|cca)[a-z0-9]|g(?:h[a-z]|l[a-z]+)[_-]|github_pat|xox|xapp-|[sr]k[_-]|whsec|aiza|npm_|hf_|dop_v1|pypi-|mysql|mariadb|redis|sshpass|curl|ldap/i

/**
 * Replaces what looks like a secret in any text read from a system: passwords in URLs, values of fields and flags named
 * as secrets, authorization headers, private keys, tokens of the well-known makers, password hashes and verifiers.
 * Public things stay: fingerprints, digests, UUIDs, paths, public keys, the names of settings.
 *
 * Runs in linear time on any input: every pattern starts only where the run before it has ended.
 */
export function redact(text: string): string {
  if (!MARKS.test(text)) return text
  let safe = text
  for (const [pattern, replacement] of BLOCKS) safe = safe.replace(pattern, replacement)
  safe = redactBasic(safe)
  safe = redactFlags(redactAssignments(safe))
  return safe
}

/** The same for the strings and lists of strings of a row. In a list, the value after a flag such as --password too. */
export function redactRow<R extends object>(row: R): R {
  const changed = new Map<string, unknown>()
  for (const [name, value] of Object.entries(row)) {
    const safe = typeof value === 'string' ? redact(value) : Array.isArray(value) ? redactList(value) : value
    if (safe !== value) changed.set(name, safe)
  }
  return changed.size === 0 ? row : { ...row, ...Object.fromEntries(changed) }
}

const LONE_FLAG = /^--?[a-z0-9-]*(?:password|passwd|passphrase|secret|token|api-?key|access-?key|secret-?key)$/i

function redactList(list: readonly unknown[]): readonly unknown[] {
  const safe = list.map((item, n) => {
    if (typeof item !== 'string') return item
    const before = list[n - 1]
    if (typeof before === 'string' && LONE_FLAG.test(before) && item !== '' && !item.startsWith('-')) return REDACTED
    return redact(item)
  })
  return safe.every((item, n) => item === list[n]) ? list : safe
}

const BLOCKS: readonly (readonly [RegExp, string])[] = [
  // RFC 7468 and PGP armour. A block without its end is cut off with all that follows: half a key is a key.
  [
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
    REDACTED,
  ],
  // RFC 3986 userinfo. Up to the last @ before the path, as a password may hold one.
  [/(:\/\/[^\s/@:"'<>]*:)[^\s/]*@/g, `$1${REDACTED}@`],
  // A password with an unescaped slash: after it an @ must follow and the part before it must be no port.
  [/(:\/\/[^\s/@:"'<>]*:)(?!\d{1,5}\/)[^\s/@"'<>]*\/[^\s@"'<>]{0,256}@(?=[^\s/@]*[.:/\]])/g, `$1${REDACTED}@`],
  // crypt(5), also with the ! or * of a locked account before it, which stays.
  [
    /\$(?:y|gy|7|6|5|3|2[abxy]?|1|md5|sha1|apr1|argon2(?:id|i|d)|scrypt|pbkdf2[a-z0-9-]{0,16}|P|H|S)[$,][./A-Za-z0-9$=,+*-]{8,}/g,
    REDACTED,
  ],
  // LDAP userPassword, RFC 2307.
  [/(\{(?:(?:S?SHA|S?MD5)\d{0,3}|CRYPT|PBKDF2[A-Z0-9-]{0,12})\})[A-Za-z0-9+/=$.]{8,}/gi, `$1${REDACTED}`],
  // PostgreSQL verifiers (pg_authid.rolpassword).
  [/(SCRAM-SHA-\d{1,3})\$\d+:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+/g, `$1${REDACTED}`],
  [/(?<![A-Za-z0-9])md5[0-9a-f]{32}(?![0-9a-f])/g, REDACTED],
  // JWT and JWE, RFC 7519.
  [/(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{2,}(?:\.[A-Za-z0-9_-]*){1,3}/g, REDACTED],
  // RFC 6750. A word after "bearer" that is no token has no digit or is short.
  [/(\bBearer[ \t]{1,8})(?=[A-Za-z._~+/-]{0,64}\d)[A-Za-z0-9._~+/-]{12,}=*/gi, `$1${REDACTED}`],
  [
    /(\bAuthorization["']?[ \t]{0,8}[:=][ \t]{0,8}["']?[A-Za-z0-9-]{2,20}[ \t]{1,8})(?!\[redacted\])[^\s"']+/gi,
    `$1${REDACTED}`,
  ],
  // Tokens that their makers gave a shape of their own.
  [/(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])/g, REDACTED],
  [/(?<![A-Za-z0-9_])gh[pousr]_[A-Za-z0-9]{30,}/g, REDACTED],
  [/(?<![A-Za-z0-9_])github_pat_[A-Za-z0-9_]{20,}/g, REDACTED],
  [/(?<![A-Za-z0-9_-])gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|oas|imt|ffct)-[A-Za-z0-9_.-]{16,}/g, REDACTED],
  [/(?<![A-Za-z0-9_-])xox[a-z]-[A-Za-z0-9-]{10,}/g, REDACTED],
  [/(?<![A-Za-z0-9_-])xapp-[A-Za-z0-9-]{10,}/g, REDACTED],
  [/(hooks\.slack\.com\/(?:services|workflows|triggers)\/)[A-Za-z0-9_/-]{8,}/g, `$1${REDACTED}`],
  [/(?<![A-Za-z0-9_])(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,}/g, REDACTED],
  [/(?<![A-Za-z0-9_+/=])whsec_[A-Za-z0-9+/=]{10,}/g, REDACTED],
  [/(?<![A-Za-z0-9_-])sk-(?:proj|ant|svcacct|admin)-[A-Za-z0-9_-]{16,}/g, REDACTED],
  [/(?<![A-Za-z0-9_-])AIza[A-Za-z0-9_-]{35}/g, REDACTED],
  [/(?<![A-Za-z0-9_])(?:npm|hf)_[A-Za-z0-9]{30,}/g, REDACTED],
  [/(?<![A-Za-z0-9_])dop_v1_[a-f0-9]{64}/g, REDACTED],
  [/(?<![A-Za-z0-9_-])pypi-[A-Za-z0-9_-]{50,}/g, REDACTED],
  [/(?<![A-Za-z0-9-])AGE-SECRET-KEY-(?:PQ-)?1[A-Za-z0-9]{40,}/gi, REDACTED],
]

/** RFC 7617: base64 of `user:password`. Decoding it tells the header from the word "basic" in a sentence. */
const redactBasic = (text: string): string =>
  text.replace(/(\bBasic[ \t]{1,8})([A-Za-z0-9+/_-]{6,}={0,2})/gi, (whole, scheme: string, encoded: string) =>
    /^[\x20-\x7e\x80-\uffff]*:[\x20-\x7e\x80-\uffff]*$/.test(Buffer.from(encoded, 'base64').toString('utf8'))
      ? scheme + REDACTED
      : whole,
  )
