import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const HERE = fileURLToPath(new URL('./', import.meta.url))
const LOCK = fileURLToPath(new URL('../package-lock.json', import.meta.url))

/** Digest (SHA-256, first 32 hexadecimal digits) of everything that a build depends on: sources, and versions of packages. */
export async function sourceDigest(): Promise<string> {
  const files = (await readdir(HERE, { recursive: true, withFileTypes: true }))
    .filter((f) => f.isFile() && !/[.]test[.]tsx?$/.test(f.name) && !/[/]testing(?:[/]|$)/.test(f.parentPath))
    .map((f) => join(f.parentPath, f.name))
    .sort()
  const digest = createHash('sha256')
  for (const file of [...files, LOCK]) {
    const body = await readFile(file).catch(() => Buffer.alloc(0))
    digest.update(`${file.slice(HERE.length)}\n${body.length}\n`).update(body)
  }
  return digest.digest('hex').slice(0, 32)
}
