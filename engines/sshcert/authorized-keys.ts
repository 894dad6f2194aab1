import { type AuthorizedKeyOptions, readKeyOptions } from './authorized-key-options.ts'
import { SshError, tooLarge } from './errors.ts'
import { beginsWithKey } from './key-types.ts'
import { formatOptions, type KeyOption, readOptions } from './option-list.ts'
import { formatPublicKey, type PublicKey, parsePublicKey } from './public-key.ts'

/** A line of `authorized_keys` (sshd, AUTHORIZED_KEYS FILE FORMAT). */
export interface AuthorizedKey {
  readonly key: PublicKey
  readonly comment: string
  /** As they stand there. */
  readonly options: readonly KeyOption[]
  /** As sshd understands them. */
  readonly effective: AuthorizedKeyOptions
}

/** A line with a key, or why there is none that is known here. */
export type AuthorizedKeysLine =
  | { readonly line: number; readonly entry: AuthorizedKey; readonly error: null }
  | { readonly line: number; readonly entry: null; readonly error: SshError }

const MOST_LINES = 100_000

/**
 * Every line of a file that is neither empty nor a comment, by its number from 1 on. A line that cannot be read stays in the
 * list with its error: whoever looks for keys must not overlook it.
 *
 * @throws {SshError} `too_large`: more than 100,000 lines
 */
export function parseAuthorizedKeys(file: string): readonly AuthorizedKeysLine[] {
  const lines = file.split('\n', MOST_LINES + 1)
  if (lines.length > MOST_LINES) throw tooLarge(`authorized_keys: more than ${MOST_LINES} lines`)
  return lines.flatMap((text, i): readonly AuthorizedKeysLine[] => {
    const trimmed = text.replace(/^[ \t]+/, '').replace(/[ \t\r]+$/, '')
    if (trimmed === '' || trimmed.startsWith('#')) return []
    try {
      return [{ line: i + 1, entry: parseAuthorizedKey(trimmed), error: null }]
    } catch (error) {
      if (error instanceof SshError) return [{ line: i + 1, entry: null, error }]
      throw error
    }
  })
}

/**
 * One line: `[options] type base64 [comment]`.
 *
 * @throws {SshError} `malformed`, `too_large`; `unsupported`: a type of key; `refused`: options that sshd refuses
 */
export function parseAuthorizedKey(line: string): AuthorizedKey {
  if (line.length > 65_536) throw tooLarge('authorized_keys: a line of more than 65,536 characters')
  const { options, rest } = beginsWithKey(line) ? { options: [], rest: line } : readOptions(line.trimStart())
  const { key, comment } = parsePublicKey(rest)
  return { key, comment, options, effective: readKeyOptions(options) }
}

/**
 * The line, without its end. What it says is read again first, so nothing is written that sshd would refuse.
 *
 * @throws {SshError} `refused`, `malformed`: options or a comment that cannot be written
 */
export function formatAuthorizedKey({ key, comment, options }: Omit<AuthorizedKey, 'effective'>): string {
  readKeyOptions(options)
  const line = formatPublicKey(key, comment)
  return options.length === 0 ? line : `${formatOptions(options)} ${line}`
}
