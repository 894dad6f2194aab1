// Writes the JSON Schemas that editors use for policy/*.yaml and bergfried.yaml into docs/reference.
// `--check` only compares and fails when one is stale.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { configJsonSchema } from '../kernel/config/config-schema.ts'
import { policyJsonSchema } from '../kernel/policy/policy-json-schema.ts'

const FOLDER = new URL('../docs/reference/', import.meta.url)

/** The content of docs/reference/<name> by name. */
export const schemaFiles = (): ReadonlyMap<string, string> =>
  new Map([
    ['policy.schema.json', `${JSON.stringify(policyJsonSchema(), null, 2)}\n`],
    ['config.schema.json', `${JSON.stringify(configJsonSchema(), null, 2)}\n`],
  ])

/** @returns the names of files that were (or with `check` would be) written because they differ */
export function writeSchemas(check: boolean): readonly string[] {
  const stale = [...schemaFiles()].filter(([name, content]) => read(name) !== content)
  if (check) return stale.map(([name]) => name)
  mkdirSync(FOLDER, { recursive: true })
  for (const [name, content] of stale) writeFileSync(new URL(name, FOLDER), content)
  return stale.map(([name]) => name)
}

function read(name: string): string | null {
  try {
    return readFileSync(new URL(name, FOLDER), 'utf8')
  } catch {
    return null
  }
}

if (import.meta.main) {
  const check = process.argv.includes('--check')
  const stale = writeSchemas(check)
  for (const name of stale) process.stdout.write(`${check ? 'stale' : 'written'}: docs/reference/${name}\n`)
  if (check && stale.length > 0) process.exitCode = 1
}
