import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const HOME = dirname(dirname(import.meta.dirname))

let made: string | null = null

/** The keeper's code without its types, which Node starts three times as fast: for tests that start it hundreds of times. */
export function strippedCode(): string {
  if (made !== null) return made
  const folder = mkdtempSync(join(tmpdir(), 'bergfried-keeper-code-'))
  const files = globSync('{keeper,engines/tlog,engines/sshcert,engines/fieldcrypt,engines/keyuse}/**/*.ts', {
    cwd: HOME,
  })
  for (const file of files.filter((name) => !/\.test\.ts$|testing\/|vectors\//.test(name))) {
    const source = stripTypeScriptTypes(readFileSync(join(HOME, file), 'utf8'))
    mkdirSync(join(folder, dirname(file)), { recursive: true })
    writeFileSync(
      join(folder, file.replace(/ts$/, 'mjs')),
      source.replaceAll(/((?:from|import) '\.[^']*)\.ts'/g, "$1.mjs'"),
    )
  }
  made = folder
  return folder
}

/** For `afterAll`. */
export function removeStrippedCode(): void {
  if (made !== null) rmSync(made, { recursive: true, force: true })
  made = null
}
