import { chown, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

export interface FileRights {
  readonly mode: number
  /** 0 where not given. */
  readonly gid?: number
}

/** Writes a file beside the one that it shall replace. Durable when it resolves; nobody else reads it. @returns its path */
export async function writeBeside(path: string, content: string | Uint8Array, rights: FileRights): Promise<string> {
  const fresh = `${path}.new`
  // Left by a process that was killed here.
  await rm(fresh, { force: true })
  const file = await open(fresh, 'wx', 0o600)
  try {
    await file.writeFile(content)
    await file.chmod(rights.mode)
    await file.sync()
  } finally {
    await file.close()
  }
  await chown(fresh, 0, rights.gid ?? 0)
  return fresh
}

/** Puts it in its place: after a crash there is the old file or the new one. Durable when it resolves. */
export async function putInPlace(fresh: string, path: string): Promise<void> {
  await rename(fresh, path)
  await flushFolder(dirname(path))
}

export async function replaceFile(path: string, content: string | Uint8Array, rights: FileRights): Promise<void> {
  await putInPlace(await writeBeside(path, content, rights), path)
}

/** Removes a file if it is there. Durable when it resolves. @returns whether it was there */
export async function removeFile(path: string): Promise<boolean> {
  try {
    await rm(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
  await flushFolder(dirname(path))
  return true
}

async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
