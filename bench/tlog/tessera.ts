import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ENTRY_BYTES } from './entries.ts'

/** The POSIX driver of Tessera, where it could be built. */
export type Tessera =
  | { readonly program: string; readonly missing: null }
  | { readonly program: null; readonly missing: string }

/** Builds our driver program into a folder outside the repository. */
export function buildTessera(folder: string): Tessera {
  const program = join(folder, 'tessera')
  const { error, status, stderr } = spawnSync('go', ['build', '-o', program, '.'], {
    cwd: join(import.meta.dirname, 'tessera'),
    env: { ...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '-buildvcs=false' },
    encoding: 'utf8',
  })
  if (error !== undefined) return { program: null, missing: 'Go is not installed' }
  if (status !== 0) return { program: null, missing: `go build: ${stderr.trim().split('\n').at(-1)}` }
  return { program, missing: null }
}

/** Seconds that Tessera takes for the entries of a file, in batches. */
export async function tesseraSeconds(
  program: string,
  disk: string,
  file: string,
  count: number,
  batch: number,
): Promise<number> {
  const folder = await mkdtemp(join(disk, 'bergfried-bench-'))
  try {
    const args = [
      '-folder',
      join(folder, 'log'),
      '-entries',
      file,
      '-length',
      String(ENTRY_BYTES),
      '-batch',
      `${batch}`,
    ]
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 26 })
    if (status !== 0) throw new Error(`Tessera: ${stderr}`)
    const { seconds, entries } = JSON.parse(stdout) as { seconds: number; entries: number }
    if (entries !== count) throw new Error(`Tessera took ${entries} of ${count} entries`)
    return seconds
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
