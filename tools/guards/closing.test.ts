import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'

/** `npm test` is read by its last line and its exit code: both must tell the truth, whatever goes wrong. */
const ROOT = dirname(dirname(import.meta.dirname))
const FILES: Readonly<Record<string, string>> = {
  'good/a.test.ts': "import { expect, it } from 'vitest'\n\nit('holds', () => expect(1).toBe(1))\n",
  'bad/a.test.ts': "import { expect, it } from 'vitest'\n\nit('breaks', () => expect(1).toBe(2))\n",
  'skip/a.test.ts':
    "import { describe, it } from 'vitest'\n\nit('runs', () => {})\nit.skipIf(true)('wants root', () => {})\n" +
    "describe.skipIf(true)('without nft', () => {\n  it('loads rules', () => {})\n})\n" +
    "it('looks first', (context) => context.skip('no second network'))\n",
  'foreign/a.test.ts':
    "import { describe, it } from 'vitest'\n\nit('runs', () => {})\ndescribe.skipIf(true)('a foreign reader (needs Go)', () => {\n" +
    "  it('agrees', () => {})\n})\n",
  'broken/a.test.ts': "import './nowhere.ts'\n",
  'empty/a.test.ts': "import { describe } from 'vitest'\n\ndescribe('nothing', () => {})\n",
  'late/a.test.ts':
    "import { it } from 'vitest'\n\nit('returns too early', async () => {\n  setTimeout(() => {\n    throw new Error('too late')\n  }, 1)\n" +
    '  await new Promise((resolve) => setTimeout(resolve, 50))\n})\n',
}
let tree: string

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'bergfried-closing-'))
  symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'))
  writeFileSync(
    join(tree, 'vitest.config.ts'),
    'export default { test: { include: ["**/*.test.ts"], maxWorkers: 1 } }\n',
  )
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true })
    writeFileSync(join(tree, path), text)
  }
})
afterAll(() => rmSync(tree, { recursive: true, force: true }))

function test(folder: string, ci = 'false') {
  const { status, stdout } = spawnSync(process.execPath, [join(ROOT, 'tools/test.ts'), folder], {
    cwd: tree,
    encoding: 'utf8',
    env: { ...process.env, CI: ci },
  })
  return { status, stdout, last: stdout.trimEnd().split('\n').at(-1) }
}

it('ends with the counts when all is well', () => {
  expect(test('good/')).toMatchObject({ status: 0, last: '1 passed, 0 failed' })
})

it('fails and counts a failing test', () => {
  expect(test('bad/')).toMatchObject({ status: 1, last: '0 passed, 1 failed' })
})

it('names every skipped test with its reason, and fails on them under CI', () => {
  const here = test('skip/')
  expect(here).toMatchObject({ status: 0, last: '1 passed, 0 failed, 3 skipped' })
  expect(here.stdout).toContain('skipped: skip/a.test.ts: wants root\n')
  expect(here.stdout).toContain('skipped: skip/a.test.ts: without nft > loads rules\n')
  expect(here.stdout).toContain('skipped: skip/a.test.ts: looks first (no second network)\n')
  expect(test('skip/', 'true')).toMatchObject({ status: 1, last: '1 passed, 0 failed, 3 skipped' })
})

it('names what needs a foreign toolchain or foreign data, and does not fail on it', () => {
  const there = test('foreign/', 'true')
  expect(there).toMatchObject({ status: 0, last: '1 passed, 0 failed, 1 skipped' })
  expect(there.stdout).toContain('skipped: foreign/a.test.ts: a foreign reader (needs Go) > agrees\n')
})

it('counts a file that cannot be loaded as a failure', () => {
  expect(test('broken/')).toMatchObject({ status: 1, last: '0 passed, 1 failed' })
})

it('counts an error outside any test as a failure', () => {
  expect(test('late/')).toMatchObject({ status: 1, last: '1 passed, 1 failed' })
})

it('fails when no test ran', () => {
  expect(test('nowhere/')).toMatchObject({ status: 1 })
  expect(test('empty/')).toMatchObject({ status: 1 })
})
