// `npm run check`: every guard, in order of speed, all of them even after a failure.
import { spawnSync } from 'node:child_process'
import { sourceFolders } from './source-folders.ts'

const KNIP = 'node_modules/knip/bin/knip.js'
const STEPS: readonly (readonly [string, readonly string[]])[] = [
  ['generated files are fresh', ['tools/generate.ts', '--check']],
  ['reference is fresh', ['tools/reference.ts', '--check']],
  ['schemas are fresh', ['tools/write-schemas.ts', '--check']],
  ['format and lint', ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.']],
  ['types', ['node_modules/typescript-native/bin/tsc', '-p', '.']],
  ['types of the console', ['node_modules/typescript-native/bin/tsc', '-p', 'console']],
  ['import directions', ['node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', ...sourceFolders()]],
  ['dead code', [KNIP, '--no-config-hints']],
  ['code that only tests use', [KNIP, '--no-config-hints', '--production']],
  ['tests', ['tools/test.ts']],
]

let failed = 0
for (const [name, args] of STEPS) {
  const began = performance.now()
  const { status, stdout, stderr } = spawnSync(process.execPath, [...args], { encoding: 'utf8', maxBuffer: 1 << 28 })
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  const last = name === 'tests' ? `: ${stdout.trim().split('\n').at(-1)}` : ''
  process.stdout.write(`${status === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)${last}\n`)
  if (status !== 0) {
    failed += 1
    process.stdout.write(`${stdout}${stderr}\n`)
  }
}
process.stdout.write(`${STEPS.length - failed} passed, ${failed} failed\n`)
process.exit(failed === 0 ? 0 : 1)
