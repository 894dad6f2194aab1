import type { PasswdEntry } from './accounts-parse.ts'
import type { SshdBlock } from './sshd-config.ts'
import { mayConcern } from './sshd-match.ts'

/** What sshd takes where AuthorizedKeysFile is not set. */
const DEFAULT_PATTERNS = ['.ssh/authorized_keys', '.ssh/authorized_keys2']

/**
 * Paths of the files whose keys sshd may accept for an account: the global AuthorizedKeysFile, and that of every Match
 * block whose user and group fit the account, whatever else the block asks for.
 *
 * Source: sshd_config(5), AuthorizedKeysFile and TOKENS.
 */
export function authorizedKeysFiles(
  blocks: readonly SshdBlock[],
  user: PasswdEntry,
  groups: readonly string[],
): readonly string[] {
  const [everybody, ...matching] = blocks
  const set = [everybody, ...matching.filter((block) => mayConcern(block.criteria, user.account, groups))]
    // In a block, as anywhere in sshd_config, the first value counts.
    .map((block) => block?.settings.find((setting) => setting.keyword === 'authorizedkeysfile')?.words)
  const patterns = [set[0] ?? DEFAULT_PATTERNS, ...set.slice(1).filter((words) => words !== undefined)].flat()
  const files = patterns.filter((pattern) => pattern.toLowerCase() !== 'none').map((pattern) => resolve(pattern, user))
  return [...new Set(files.filter((file) => file !== null))]
}

/** @returns null for a path in a home that the account does not have */
function resolve(pattern: string, user: PasswdEntry): string | null {
  const tokens: Readonly<Record<string, string>> = {
    '%%': '%',
    '%h': user.home,
    '%u': user.account,
    '%U': String(user.uid),
  }
  const path = pattern.replaceAll(/%[%huU]/g, (token) => tokens[token] ?? token)
  if (path.startsWith('/')) return path
  return user.home.startsWith('/') ? `${user.home.replace(/\/+$/, '')}/${path}` : null
}
