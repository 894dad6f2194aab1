import { link, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Flushes a folder, so that names made or changed in it survive a loss of power. */
export async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function writeBeside(folder: string, name: string, text: string): Promise<string> {
  const fresh = join(folder, `${name}.new`)
  // Left by a process that was killed here; nobody reads it.
  await rm(fresh, { force: true })
  const file = await open(fresh, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  return fresh
}

/** Replaces a file as a whole: after a crash there is the old one or the new one. Durable when it resolves. */
export async function replaceFile(folder: string, name: string, text: string): Promise<void> {
  await rename(await writeBeside(folder, name, text), join(folder, name))
  await flushFolder(folder)
}

/** Makes a file that must not exist, whole or not at all. @throws `EEXIST` */
export async function createFile(folder: string, name: string, text: string): Promise<void> {
  const fresh = await writeBeside(folder, name, text)
  await link(fresh, join(folder, name))
  await rm(fresh)
  await flushFolder(folder)
}

/** Removes what a killed process had not finished writing. Whoever calls it holds the folder. */
export async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder)) if (name.endsWith('.new')) await rm(join(folder, name), { force: true })
}
