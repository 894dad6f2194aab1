import { afterAll, beforeAll, expect, it } from 'vitest'
import { type GuardTree, guardTree, own } from './tree.ts'

let tree: GuardTree
let plain: string
let production: string

/** Our own knip.json over a small tree with our suffixes: what is found by suffix must count as used, the rest not. */
beforeAll(() => {
  tree = guardTree()
  tree.put('knip.json', own('knip.json'))
  tree.put(
    'app/server.ts',
    "import { CHECKS } from './checks.generated.ts'\nimport { live } from '../kernel/live.ts'\n\nlive(CHECKS)\n",
  )
  tree.put('cli/main.ts', 'process.stdout.write("")\n')
  tree.put(
    'app/checks.generated.ts',
    "import { good } from '../capabilities/one/checks/good.check.ts'\n\nexport const CHECKS = [good]\n",
  )
  tree.put('capabilities/one/checks/good.check.ts', 'export const good = 1\n')
  tree.put('capabilities/one/checks/unregistered.check.ts', 'export const unregistered = 1\n')
  tree.put('kernel/live.ts', 'export const live = (a: unknown) => a\nexport const unusedExport = () => 2\n')
  tree.put('kernel/nobody.ts', 'export const a = 1\n')
  tree.put('kernel/tested-only.ts', 'export const testedOnly = 1\n')
  tree.put('kernel/tested-only.test.ts', "import { testedOnly } from './tested-only.ts'\n\ntestedOnly.toFixed()\n")
  tree.put('kernel/undeclared.ts', "import 'fast-decode-uri-component'\n")
  tree.put('kernel/testing/undeclared-user.test.ts', "import '../undeclared.ts'\n")
  const knip = (...args: string[]) => tree.run('node_modules/knip/bin/knip.js', ['--no-config-hints', ...args]).stdout
  plain = knip()
  production = knip('--production')
}, 120_000)
afterAll(() => tree.remove())

it('reports a file that nobody imports, a forgotten registration among them', () => {
  expect(plain).toContain('kernel/nobody.ts')
  expect(plain).toContain('capabilities/one/checks/unregistered.check.ts')
})

it('reports an export that nobody uses', () => {
  expect(plain).toContain('unusedExport')
})

it('reports product code that only a test keeps alive', () => {
  expect(plain).not.toContain('tested-only')
  expect(production).toContain('kernel/tested-only.ts')
})

it('reports a package that package.json does not name', () => {
  expect(plain).toContain('fast-decode-uri-component')
})

it('leaves alone what is used', () => {
  for (const report of [plain, production]) {
    expect(report).not.toContain('good.check.ts')
    expect(report).not.toMatch(/\blive\b +\S*function/)
    expect(report).not.toContain('app/server.ts')
  }
})
