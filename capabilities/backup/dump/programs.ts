import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { BergfriedError } from '../../../kernel/errors.ts'

const run = promisify(execFile)

/** Where Debian and PGDG put programs, one folder per major version. */
const FOLDERS = ['/usr/lib/postgresql', '/usr/pgsql'] as const

export interface Program {
  readonly path: string
  readonly major: number
}

/**
 * The oldest program that is as new as the server: pg_dump refuses servers that are newer than itself (PostgreSQL manual, pg_dump).
 *
 * @param major - of the server
 * @throws {BergfriedError} `backup.no_program`
 */
export async function findProgram(name: string, major: number): Promise<Program> {
  const found: Program[] = []
  for (const folder of FOLDERS) {
    for (const version of await readdir(folder).catch(() => [])) {
      const path = join(folder, version, 'bin', name)
      const own = await majorOf(path)
      if (own !== null) found.push({ path, major: own })
    }
  }
  const usual = await majorOf(join('/usr/bin', name))
  if (usual !== null) found.push({ path: join('/usr/bin', name), major: usual })
  const fitting = found.filter((program) => program.major >= major).sort((a, b) => a.major - b.major)[0]
  if (fitting === undefined) throw new BergfriedError('backup.no_program', { program: name, version: major })
  return fitting
}

async function majorOf(path: string): Promise<number | null> {
  try {
    const { stdout } = await run(path, ['--version'], { timeout: 10_000, maxBuffer: 10_000 })
    const major = /\) (\d+)/.exec(stdout)?.[1]
    return major === undefined ? null : Number(major)
  } catch {
    return null
  }
}
