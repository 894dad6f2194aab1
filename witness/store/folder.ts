import { lstat, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { codeOf, problem, WitnessError } from '../errors.ts'
import { flushFolder } from './durable.ts'

/** Where the newest cosigned checkpoint of each log lies. */
export const stateFolder = (folder: string): string => join(folder, 'state')
/** Where signed checkpoints lie that do not fit together. */
export const conflictFolder = (folder: string): string => join(folder, 'conflicts')

/**
 * Makes the folders of a witness, closed to everybody else. What is there stays as it is.
 *
 * @throws {WitnessError} `unsafe` where a folder was there and is open
 */
export async function makeFolders(folder: string): Promise<void> {
  try {
    const made = await mkdir(folder, { recursive: true, mode: 0o700 })
    await checkClosed(folder, 'folder')
    for (const inner of [stateFolder(folder), conflictFolder(folder)]) {
      await mkdir(inner, { recursive: true, mode: 0o700 })
    }
    await flushFolder(folder)
    if (made !== undefined) await flushFolder(dirname(made))
  } catch (error) {
    if (error instanceof WitnessError) throw error
    const code = codeOf(error)
    throw problem('failed', folder, `cannot be made (${code})`, `lässt sich nicht anlegen (${code})`, { cause: error })
  }
}

/**
 * Whether nobody but the account of this process can read or change what the witness holds.
 *
 * @throws {WitnessError} `unsafe`, `broken` where a folder is missing
 */
export async function checkFolders(folder: string): Promise<void> {
  for (const path of [folder, stateFolder(folder), conflictFolder(folder)]) await checkClosed(path, 'folder')
}

/** @throws {WitnessError} `unsafe`, `broken` */
export async function checkClosed(path: string, kind: 'folder' | 'file'): Promise<void> {
  const stat = await lstat(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') {
      throw problem(
        'broken',
        path,
        'is missing; a new witness begins with `init`',
        'fehlt; ein neuer Zeuge beginnt mit `init`',
      )
    }
    throw problem('failed', path, `cannot be read (${codeOf(error)})`, `ist nicht lesbar (${codeOf(error)})`)
  })
  const fits = kind === 'folder' ? stat.isDirectory() : stat.isFile()
  if (!fits)
    throw problem(
      'unsafe',
      path,
      `is no plain ${kind}`,
      `ist ${kind === 'folder' ? 'kein gewöhnlicher Ordner' : 'keine gewöhnliche Datei'}`,
    )
  const uid = process.getuid?.()
  if (uid !== undefined && stat.uid !== uid) {
    throw problem(
      'unsafe',
      path,
      `belongs to account ${stat.uid}, the witness runs as ${uid}`,
      `gehört dem Konto ${stat.uid}, der Zeuge läuft als ${uid}`,
    )
  }
  if ((stat.mode & 0o077) === 0 || process.platform === 'win32') return
  const mode = (stat.mode & 0o7777).toString(8).padStart(4, '0')
  const wanted = kind === 'folder' ? '700' : '600'
  throw problem(
    'unsafe',
    path,
    `is open to others (mode ${mode}); close it with chmod ${wanted}`,
    `ist für andere offen (Modus ${mode}); mit chmod ${wanted} schließen`,
  )
}
