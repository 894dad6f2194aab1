import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative } from 'node:path'
import { Entity } from '../../kernel/http/entity.ts'
import type { FrontFiles } from '../../kernel/http/front-files.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
}

/** Reads a build into memory, once: what is not in it is not served, whatever is asked for. */
export async function frontFiles(folder: string): Promise<FrontFiles> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  const entities = new Map<string, Entity>()
  for (const file of found) {
    const type = TYPES[extname(file.name)]
    if (!file.isFile() || type === undefined) continue
    const path = join(file.parentPath, file.name)
    entities.set(relative(folder, path), new Entity(type, await readFile(path)))
  }
  const page = entities.get('index.html')
  if (page === undefined) throw new Error(`${folder} holds no index.html`)
  return { page, find: (path) => entities.get(path) ?? null }
}
