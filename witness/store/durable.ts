import { constants } from 'node:fs'
import { link, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Flushes a folder, so that names made or changed in it survive a loss of power. */
export async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** What a process killed half way leaves behind; nobody reads it, and the next writer removes it. */
export const FRESH = '.new'

async function writeBeside(path: string, text: string): Promise<string> {
  const fresh = `${path}${FRESH}`
  await rm(fresh, { force: true })
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL
  const file = await open(fresh, flags, 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  return fresh
}

/** Writing went wrong after the new file may already be in place: what the disk says is not known until a restart. */
export class HalfWritten extends Error {
  override readonly name = 'HalfWritten'
}

/**
 * Replaces a file as a whole: after a crash there is the old one or the new one. Durable when it resolves. One writer per
 * file at a time.
 *
 * @throws {HalfWritten} where the new one may already be in place; any other error: the old one is
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const fresh = await writeBeside(path, text)
  try {
    await rename(fresh, path)
    await flushFolder(dirname(path))
  } catch (error) {
    throw new HalfWritten(`${basename(path)} may be old or new`, { cause: error })
  }
}

/** Makes a file that must not exist, whole or not at all. @throws `EEXIST` */
export async function createFile(folder: string, name: string, text: string): Promise<void> {
  const fresh = await writeBeside(join(folder, name), text)
  try {
    await link(fresh, join(folder, name))
  } finally {
    await rm(fresh, { force: true })
  }
  await flushFolder(folder)
}

/** Adds a line to a file, apart from one that a full disk may have torn. Durable when it resolves. */
export async function appendLine(path: string, line: string): Promise<void> {
  const file = await open(path, 'a', 0o600)
  try {
    await file.write(`\n${line}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
}
