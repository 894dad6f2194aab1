import { randomUUID } from 'node:crypto'
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { invalidFile } from '../yaml/invalid-file.ts'

/**
 * Replaces a file as a whole, durably: written beside it, flushed, renamed over it. Mode and owner stay; a symbolic
 * link stays one. A new file gets mode 0644: a configuration holds no secret.
 *
 * @throws {BergfriedError} `config.invalid` where it cannot be written; the old content is then still there
 */
export async function replaceFile(path: string, content: string): Promise<void> {
  let temporary: string | undefined
  try {
    const target = await realpath(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return path
      throw error
    })
    const old = await stat(target).catch(() => null)
    temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}`)
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(content)
      await keepOwner(file, old)
      await file.chmod(old ? old.mode & 0o7777 : 0o644)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, target)
    await flushFolder(dirname(target))
  } catch (error) {
    if (temporary) await rm(temporary, { force: true })
    const code = (error as NodeJS.ErrnoException).code ?? 'error'
    const reason = { de: `die Datei lässt sich nicht schreiben (${code})`, en: `the file cannot be written (${code})` }
    throw invalidFile('config.invalid', [{ file: path, line: 1, reason }])
  }
}

async function keepOwner(file: FileHandle, old: { readonly uid: number; readonly gid: number } | null): Promise<void> {
  const now = await file.stat()
  if (old && (old.uid !== now.uid || old.gid !== now.gid)) await file.chown(old.uid, old.gid)
}

/** The rename itself is only durable once the folder is. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
