import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A throw-away repository with our configuration and files of the test's making, for a guard to bite into. */
export interface GuardTree {
  put(path: string, text: string): void
  /** Runs a script of node_modules in the tree. */
  run(script: string, args: readonly string[]): SpawnSyncReturns<string>
  remove(): void
}

const ROOT = dirname(dirname(import.meta.dirname))

/** The text of a file of this repository. */
export const own = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

export function guardTree(): GuardTree {
  const top = mkdtempSync(join(tmpdir(), 'bergfried-guards-'))
  // A checkout may lie below folders of any name: those that a rule exempts must not exempt the whole checkout.
  const folder = join(top, 'tools/bench/kernel/clock/x.test.ts')
  mkdirSync(folder, { recursive: true })
  for (const path of ['package.json', 'tsconfig.json', 'biome.json', '.dependency-cruiser.cjs', 'tools/lint']) {
    cpSync(join(ROOT, path), join(folder, path), { recursive: true })
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  return {
    put(path, text) {
      const file = join(folder, path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text)
    },
    run: (script, args) =>
      spawnSync(process.execPath, [join(ROOT, script), ...args], {
        cwd: folder,
        encoding: 'utf8',
        maxBuffer: 1 << 27,
      }),
    remove: () => rmSync(top, { recursive: true, force: true }),
  }
}
