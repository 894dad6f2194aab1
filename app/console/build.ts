import { execFile } from 'node:child_process'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { sourceDigest } from '../../console/source-digest.ts'
import { HOME } from '../home.ts'

const BUILDER = join(HOME, 'console/build.ts')
const LONGEST_MS = 180_000

/**
 * The folder of the built console: made when the sources changed since, in a process of its own, so that the server never
 * holds the build's tools. Older builds are removed.
 *
 * @param folder - where builds are kept; made where it is missing
 */
export async function builtConsole(folder: string): Promise<string> {
  const digest = await sourceDigest()
  const built = join(folder, digest)
  if (await isFolder(built)) return built
  await mkdir(folder, { recursive: true, mode: 0o755 })
  // Two that start at once build side by side, and the first to end wins.
  const scratch = join(folder, `.${digest}.${process.pid}`)
  await rm(scratch, { recursive: true, force: true })
  try {
    await promisify(execFile)(process.execPath, [BUILDER, scratch], { cwd: HOME, timeout: LONGEST_MS })
    await rename(scratch, built).catch(async (error: unknown) => {
      if (!(await isFolder(built))) throw error
    })
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
  for (const name of await readdir(folder)) {
    if (/^[0-9a-f]{16,64}$/.test(name) && name !== digest)
      await rm(join(folder, name), { recursive: true, force: true })
  }
  return built
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (s) => s.isDirectory(),
    () => false,
  )
