import { globSync, readdirSync } from 'node:fs'

const NEVER = new Set(['node_modules', 'dist', 'var'])

/** Folders at the top of the repository that hold TypeScript: a new one is guarded from its first file. */
export const sourceFolders = (): readonly string[] =>
  readdirSync('.', { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !NEVER.has(entry.name))
    .map((entry) => entry.name)
    .filter((folder) => globSync(`${folder}/**/*.ts`).length > 0)
    .sort()
