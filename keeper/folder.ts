import type { Stats } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { codeOf, unsafe } from './errors.ts'

/** Names that the keeper itself writes into its folder. */
export const isOurs = (name: string): boolean =>
  /^([a-z-]{1,20}\.(key|state)(\.new)?|journal(\.[1-9])?|lock\.[0-9]{1,15}|lock-[0-9a-f]{16})$/.test(name)

/**
 * Whether the folder with the keys is closed to everybody but the account of this process: mode 0700, files 0600, all its
 * own, nothing but plain files and the sockets that serve as locks, no second name for a file elsewhere.
 *
 * @param uid - account of the keeper
 * @throws {KeeperError} `unsafe`
 */
export async function checkKeyFolder(folder: string, uid: number): Promise<void> {
  const stat = await lstat(folder).catch((error: unknown) => {
    throw unsafe(
      folder,
      `the folder cannot be read (${codeOf(error)})`,
      `der Ordner ist nicht lesbar (${codeOf(error)})`,
    )
  })
  if (!stat.isDirectory())
    throw unsafe(folder, 'not a folder, or a link to one', 'kein Ordner oder ein Verweis auf einen')
  checkOwner(folder, stat, uid)
  if ((stat.mode & 0o077) !== 0) throw tooOpen(folder, stat, '700')
  for (const name of await readdir(folder)) await checkFile(join(folder, name), name, uid)
}

async function checkFile(path: string, name: string, uid: number): Promise<void> {
  const stat = await lstat(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  })
  // Another keeper that is just starting cleans up after itself.
  if (stat === null) return
  if (!isOurs(name)) {
    throw unsafe(
      path,
      'does not belong in a folder with keys; remove it',
      'gehört nicht in einen Ordner mit Schlüsseln; entfernen',
    )
  }
  const lock = name.startsWith('lock')
  if (lock ? !stat.isSocket() : !stat.isFile()) {
    throw unsafe(path, 'a link or no plain file; remove it', 'ein Verweis oder keine gewöhnliche Datei; entfernen')
  }
  checkOwner(path, stat, uid)
  if ((stat.mode & 0o077) !== 0) throw tooOpen(path, stat, '600')
  // A file that was being made under its final name when the process was killed has both names.
  if (!lock && stat.nlink > (/\.key(\.new)?$/.test(name) ? 2 : 1)) {
    throw unsafe(path, 'has a second name somewhere else; remove it', 'hat anderswo einen zweiten Namen; entfernen')
  }
}

function checkOwner(path: string, stat: Stats, uid: number): void {
  if (stat.uid === uid) return
  throw unsafe(
    path,
    `belongs to account ${stat.uid}, the keeper runs as ${uid}; change one of them (chown -R ${uid})`,
    `gehört dem Konto ${stat.uid}, der Schlüsselverwahrer läuft als ${uid}; eines davon ändern (chown -R ${uid})`,
  )
}

const tooOpen = (path: string, stat: Stats, wanted: string) => {
  const mode = (stat.mode & 0o7777).toString(8).padStart(4, '0')
  return unsafe(path, `mode ${mode}; close it with chmod ${wanted}`, `Modus ${mode}; mit chmod ${wanted} schließen`)
}

/**
 * Whether nobody else can put another folder in the place of this one: every folder above it belongs to root or to one of
 * the given accounts, and is writable for others only with the sticky bit. Called by whoever starts the keeper, which
 * itself cannot look outside of its folders.
 *
 * @param folder - absolute path without symbolic links
 * @throws {KeeperError} `unsafe`
 */
export async function checkParents(folder: string, uids: readonly number[], gids: readonly number[]): Promise<void> {
  for (let path = folder; ; path = dirname(path)) {
    const stat = await lstat(path)
    if (!stat.isDirectory())
      throw unsafe(path, 'not a folder, or a link to one', 'kein Ordner oder ein Verweis auf einen')
    if (stat.uid !== 0 && !uids.includes(stat.uid)) {
      throw unsafe(
        path,
        `belongs to account ${stat.uid}, who could exchange the keys below it; choose another data folder`,
        `gehört dem Konto ${stat.uid}, das die Schlüssel darunter austauschen könnte; einen anderen Datenordner wählen`,
      )
    }
    const foreign =
      (stat.mode & 0o002) !== 0 || ((stat.mode & 0o020) !== 0 && stat.gid !== 0 && !gids.includes(stat.gid))
    if (foreign && (stat.mode & 0o1000) === 0) {
      const mode = (stat.mode & 0o7777).toString(8).padStart(4, '0')
      throw unsafe(
        path,
        `others may exchange what lies in it (mode ${mode}); close it with chmod go-w`,
        `andere dürfen austauschen, was darin liegt (Modus ${mode}); mit chmod go-w schließen`,
      )
    }
    if (path === dirname(path)) return
  }
}
