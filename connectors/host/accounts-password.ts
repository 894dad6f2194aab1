/** What can be said of a password field without repeating it. */
interface PasswordState {
  readonly state: 'none' | 'set' | 'locked' | 'disabled'
  /** Name of the hash scheme after crypt(5), `unknown` for a "$...$" that is not listed there. */
  readonly scheme: string | null
}

/**
 * Judges the password field of shadow(5) or passwd(5).
 *
 * - empty: `none`, anybody logs in
 * - a hash: `set`
 * - a hash behind "!" or "*": `locked`, because unlocking brings it back
 * - everything else ("!", "!!", "*", "!*", "*LK*", "x"): `disabled`, no password can match
 */
export function passwordState(field: string): PasswordState {
  if (field === '') return { state: 'none', scheme: null }
  const bare = field.replace(/^[!*]+/, '')
  const scheme = schemeOf(bare)
  if (scheme === null) return { state: 'disabled', scheme: null }
  return { state: bare === field ? 'set' : 'locked', scheme }
}

/** Prefixes of crypt(5), longest first where one begins another. */
const PREFIXES: readonly (readonly [prefix: string, scheme: string])[] = [
  ['$y$', 'yescrypt'],
  ['$gy$', 'gost-yescrypt'],
  ['$7$', 'scrypt'],
  ['$2a$', 'bcrypt'],
  ['$2b$', 'bcrypt'],
  ['$2x$', 'bcrypt'],
  ['$2y$', 'bcrypt'],
  ['$6$', 'sha512crypt'],
  ['$5$', 'sha256crypt'],
  ['$sha1$', 'sha1crypt'],
  ['$md5$', 'sunmd5'],
  ['$md5,', 'sunmd5'],
  ['$1$', 'md5crypt'],
  ['$3$', 'nt'],
  ['$sm3$', 'sm3crypt'],
  ['$sm3y$', 'sm3-yescrypt'],
]

function schemeOf(hash: string): string | null {
  const listed = PREFIXES.find(([prefix]) => hash.startsWith(prefix))
  if (listed !== undefined) return listed[1]
  if (/^\$[^$]+\$./.test(hash)) return 'unknown'
  if (/^_[./0-9A-Za-z]{19}$/.test(hash)) return 'bsdicrypt'
  if (/^[./0-9A-Za-z]{13}$/.test(hash)) return 'des'
  // 2 characters of salt and blocks of 11, up to 16 of them.
  return /^[./0-9A-Za-z]{24,178}$/.test(hash) && (hash.length - 2) % 11 === 0 ? 'bigcrypt' : null
}
