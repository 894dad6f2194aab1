import { chmod, chown, lstat, mkdir, readFile, realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { checkParents } from '../../keeper/folder.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import type { Account } from './account.ts'
import { translating } from './translate.ts'

export interface KeeperFolders {
  /** Keys, state, journal: the keeper's alone. */
  readonly keys: string
  /** The socket's. */
  readonly run: string
  readonly socket: string
}

/** Where the socket of a keeper lies that has this folder. */
export const socketOf = (folder: string): string => join(folder, 'run', 'socket')

/**
 * Makes what a keeper needs below its folder. The folder itself stays ours and can be passed through; only the two in it
 * belong to the keeper's account, so nothing that we write as root can be led astray by a link of the keeper's.
 *
 * @param group - name of a group whose members may connect, or null
 * @throws {BergfriedError} `keeper.unsafe`
 */
export async function prepareFolders(folder: string, account: Account, group: string | null): Promise<KeeperFolders> {
  const gid = group === null ? null : await groupId(group)
  try {
    await mkdir(folder, { recursive: true, mode: 0o711 })
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error'
    throw unsafe(folder, `the folder cannot be made (${code})`, `der Ordner lässt sich nicht anlegen (${code})`)
  }
  const real = await realpath(folder)
  await translating(() => checkParents(real, [process.getuid?.() ?? 0], [process.getgid?.() ?? 0]))
  if (account.own || gid !== null) await chmod(real, 0o711)
  if (account.own) await checkPassable(real, account)
  const keys = await keyFolder(join(real, 'keys'), account)
  const run = await socketFolder(join(real, 'run'), account, gid)
  return { keys, run, socket: join(run, 'socket') }
}

/** Keys that are there already stay as they are: the keeper itself refuses a folder that is not closed. */
async function keyFolder(path: string, account: Account): Promise<string> {
  const made = await makeFolder(path)
  if (made && account.own) await chown(path, account.uid, account.gid)
  return path
}

async function socketFolder(path: string, account: Account, gid: number | null): Promise<string> {
  await makeFolder(path)
  try {
    const found = await lstat(path)
    if (!found.isDirectory()) throw unsafe(path, 'not a folder', 'kein Ordner')
    const wanted = { uid: account.uid, gid: gid ?? account.gid, mode: gid === null ? 0o700 : 0o2710 }
    if (found.uid !== wanted.uid || found.gid !== wanted.gid) await chown(path, wanted.uid, wanted.gid)
    if ((found.mode & 0o7777) !== wanted.mode) await chmod(path, wanted.mode)
    return path
  } catch (error) {
    if (error instanceof BergfriedError) throw error
    const code = (error as NodeJS.ErrnoException).code ?? 'error'
    throw unsafe(path, `cannot be closed (${code})`, `lässt sich nicht schließen (${code})`)
  }
}

const makeFolder = (path: string): Promise<boolean> =>
  mkdir(path, { mode: 0o700 }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false
      throw error
    },
  )

async function checkPassable(folder: string, account: Account): Promise<void> {
  for (let path = folder; path !== dirname(path); path = dirname(path)) {
    const { mode, uid, gid } = await stat(path)
    const open = uid === account.uid ? mode & 0o100 : gid === account.gid ? mode & 0o010 : mode & 0o001
    if (open !== 0) continue
    throw unsafe(
      path,
      `the keeper's account ${account.uid} cannot pass it; chmod o+x, or choose another data folder`,
      `das Konto ${account.uid} des Schlüsselverwahrers kommt nicht hindurch; chmod o+x oder einen anderen Datenordner wählen`,
    )
  }
}

async function groupId(name: string): Promise<number> {
  const text = await readFile('/etc/group', 'utf8').catch(() => '')
  const entry = text.split('\n').find((line) => line.startsWith(`${name}:`))
  if (entry !== undefined) return Number(entry.split(':')[2])
  throw unsafe(name, 'there is no such group', 'diese Gruppe gibt es nicht')
}

const unsafe = (what: string, reason: string, reasonDe: string): BergfriedError =>
  new BergfriedError('keeper.unsafe', { what, reason, reasonDe })
