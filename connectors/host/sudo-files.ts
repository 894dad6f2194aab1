import type { HostTransport } from '../../kernel/collect/transport.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { follow } from './permissions-follow.ts'
import { parseSudoers } from './sudo-parse.ts'
import type { Located } from './sudo-rules.ts'
import type { Include } from './sudo-statements.ts'

/** Deepest nesting of includes, as in sudo. */
const DEEPEST = 128
/** Files read at most: includes that double at every level would never end. */
const MOST_FILES = 1000

/**
 * Reads a sudoers file and everything it includes, in the order in which sudo does.
 *
 * A folder that is not there is nothing; a file that an include names and that is not there is a failure, as is a file
 * in a folder that cannot be read.
 *
 * @returns null where there is no such file at all: sudo is not in use
 * @throws {BergfriedError} `collect.parse`, `collect.unreadable`, `collect.too_large`, and what the transport throws
 */
export async function readSudoers(transport: HostTransport, path = '/etc/sudoers'): Promise<readonly Located[] | null> {
  const text = await transport.readFile(path)
  if (text === null) return null
  const hostname = ((await transport.readFile('/proc/sys/kernel/hostname')) ?? '').trim().split('.')[0] ?? ''
  const statements: Located[] = []
  const open: string[] = []
  let files = 0

  const take = async (file: string, content: string): Promise<void> => {
    files++
    if (files > MOST_FILES) throw new BergfriedError('collect.too_large', { what: path, limit: `${MOST_FILES} files` })
    open.push(file)
    for (const statement of parseSudoers(content, file)) {
      if (statement.type !== 'include') statements.push({ ...statement, file })
      else for (const included of await namesOf(statement, file)) await enter(included, statement, file)
    }
    open.pop()
  }

  const enter = async (included: string, { line, folder }: Include, from: string): Promise<void> => {
    const fault = (reason: string) => new BergfriedError('collect.parse', { what: from, line, reason })
    if (open.includes(included)) throw fault(`${included} includes itself`)
    if (open.length >= DEEPEST) throw fault(`includes nested deeper than ${DEEPEST}`)
    const content = await transport.readFile(included)
    if (content !== null) return await take(included, content)
    // A file that vanished since the folder was listed is no longer part of the policy.
    if (!folder) throw new BergfriedError('collect.unreadable', { what: included, reason: 'ENOENT' })
  }

  const namesOf = async (statement: Include, from: string): Promise<readonly string[]> => {
    const expanded = statement.path.replaceAll('%h', hostname)
    const full = expanded.startsWith('/') ? expanded : `${from.slice(0, from.lastIndexOf('/') + 1)}${expanded}`
    if (!statement.folder) return [full]
    const names = ((await transport.list(full)) ?? []).filter((name) => !name.endsWith('~') && !name.includes('.'))
    const found: string[] = []
    for (const name of names.toSorted()) {
      const file = `${full.replace(/\/+$/, '')}/${name}`
      if ((await follow(transport, file))?.stat.kind === 'file') found.push(file)
    }
    return found
  }

  await take(path, text)
  return statements
}
