import { join } from 'node:path'
import { problem } from './errors.ts'
import type { Layout } from './layout.ts'
import type { OrderedAccount } from './orders.ts'
import { putInPlace, removeFile, writeBeside } from './replace-file.ts'
import { mustRun } from './run-program.ts'
import { readTrusted } from './trusted-file.ts'

/** A program by its whole path and what it is called with. No patterns: what `*` matches in sudoers has surprised too many. */
const COMMAND = /^\/[A-Za-z0-9_+./-]{1,255}( [A-Za-z0-9_+./@%=:,-]{1,255}){0,32}( "")?$/

/** sudo reads no file with a dot in its name, so the one beside is never read. */
export const sudoersFile = (layout: Pick<Layout, 'sudoersFolder'>, account: string): string =>
  join(layout.sudoersFolder, `bergfried-${account}`)

/**
 * The rule of an account, sudoers(5). It ends by itself with the grant (NOTAFTER). Without a password, since the account has
 * none.
 *
 * @throws {HostError} `refused`: a command that is none
 */
export function sudoersText({ account, sudo, until }: OrderedAccount): string | null {
  if (sudo === null || sudo.length === 0) return null
  for (const command of sudo) {
    if (command !== 'ALL' && (!COMMAND.test(command) || command.includes('/../'))) {
      throw problem(
        'refused',
        account,
        'a sudo rule that is neither ALL nor a program with its whole path',
        'eine sudo-Regel, die weder ALL noch ein Programm mit vollem Pfad ist',
      )
    }
  }
  const end = until.replaceAll(/[-:T]|\.[0-9]+/g, '')
  const commands = sudo.map((command) => command.replaceAll(/[:=,]/g, '\\$&'))
  return `${account} ALL=(root) NOTAFTER=${end} NOPASSWD: ${commands.join(', ')}\n`
}

/**
 * Makes the rule of an account what the order says, after visudo has read it: a broken file would keep everybody from sudo.
 *
 * @throws {HostError} `refused`; `failed`: visudo is missing or refuses it
 */
export async function applySudoers(layout: Layout, order: OrderedAccount): Promise<void> {
  const text = sudoersText(order)
  if (text === null) return removeSudoers(layout, order.account)
  const path = sudoersFile(layout, order.account)
  if (isSame(path, text)) return
  const fresh = await writeBeside(path, text, { mode: 0o440 })
  try {
    await mustRun('visudo', ['-c', '-q', '-f', fresh])
  } catch (error) {
    await removeFile(fresh)
    throw error
  }
  await putInPlace(fresh, path)
}

export async function removeSudoers(layout: Layout, account: string): Promise<void> {
  await removeFile(sudoersFile(layout, account))
  await removeFile(`${sudoersFile(layout, account)}.new`)
}

function isSame(path: string, text: string): boolean {
  try {
    return readTrusted(path, 1_000_000).toString('utf8') === text
  } catch {
    return false
  }
}
