import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/** A guard that is not tested rots without a word: for each, a file that it must report, and one that it must not. */
const ROOT = dirname(import.meta.dirname)
let tree: string

const put = (path: string, text: string) => {
  const file = join(tree, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
const run = (script: string, args: readonly string[]): SpawnSyncReturns<string> =>
  spawnSync(process.execPath, [join(ROOT, 'node_modules', script), ...args], {
    cwd: tree,
    encoding: 'utf8',
    maxBuffer: 1 << 27,
  })

/** Rule of dependency-cruiser -> a file that breaks it, with what it imports. */
const DIRECTIONS: Readonly<Record<string, readonly [file: string, imports: string]>> = {
  'no-circular': ['kernel/loop/a.ts', './b.ts'],
  'facts-are-plain': ['facts/bad.fact.ts', '../kernel/ok/ok.ts'],
  'kernel-knows-nobody': ['kernel/bad/app.ts', '../../app/ok.ts'],
  'connectors-only-look': ['connectors/bad/db.ts', '../../kernel/db/ok.ts'],
  'capabilities-and-connectors-never-meet': ['capabilities/one/rule.ts', '../../connectors/ok/ok.ts'],
  'apply-only-from-enforce': ['capabilities/one/routes/x.ts', '../../../connectors/ok/apply.ts'],
  'checks-are-pure': ['capabilities/one/checks/bad.check.ts', '../../../kernel/ok/ok.ts'],
  'drills-are-data': ['capabilities/one/checks/bad.drill.ts', '../../../kernel/ok/ok.ts'],
  'rules-are-pure': ['capabilities/one/io.ts', 'node:fs'],
  'capabilities-meet-at-contracts': ['capabilities/one/peek.ts', '../two/inside.ts'],
  'app-does-not-know-the-command-line': ['app/bad.ts', '../cli/ok.ts'],
  'front-ends-see-contracts': ['console/bad.ts', '../kernel/ok/ok.ts'],
  'engines-are-pure': ['engines/one/bad.ts', '../../kernel/ok/ok.ts'],
  'verifier-stands-alone': ['verifier/bad.ts', '../kernel/ok/ok.ts'],
  'tests-have-a-subject': ['kernel/ok/uses-test.ts', '../testing/ok.ts'],
  'no-unresolved': ['kernel/ok/missing.ts', './nowhere.ts'],
  'no-undeclared': ['kernel/ok/undeclared.ts', 'fast-decode-uri-component'],
}

/** Files that import what they may. */
const ALLOWED: Readonly<Record<string, string>> = {
  'capabilities/one/checks/good.check.ts': '../../../kernel/check/check.ts',
  'capabilities/one/checks/good.drill.ts': '../../../kernel/drill/drill.ts',
  'capabilities/one/good.ts': '../two/contract.ts',
  'capabilities/one/enforce.ts': '../../connectors/ok/apply.ts',
  'connectors/ok/good.ts': '../../kernel/ok/ok.ts',
  'console/good.ts': '../capabilities/two/contract.ts',
  'engines/one/good.ts': 'node:crypto',
}

/** Rule of Biome -> a file that breaks it. */
const LINT: Readonly<Record<string, string>> = {
  'lint/style/noDefaultExport': 'export default 1\n',
  'lint/style/noNonNullAssertion': 'export const a = (b: string | null) => b!.length\n',
  'lint/style/noProcessEnv': "export const a = process.env['HOME']\n",
  'lint/style/useImportType':
    "import { Readable } from 'node:stream'\n\nexport const a = (b: Readable) => b as unknown\n",
  'lint/style/useNodejsImportProtocol': "import { join } from 'path'\n\nexport const a = join\n",
  'lint/style/useThrowOnlyError': "export const a = () => {\n  throw 'text'\n}\n",
  'lint/style/useFilenamingConvention': 'export const a = 1\n',
  'lint/style/noExcessiveLinesPerFile': `export const a = [\n${'  1,\n'.repeat(301)}]\n`,
  'lint/style/noRestrictedImports': "import { z } from 'zod'\n\nexport const a = z\n",
  'lint/performance/noBarrelFile': "export { a } from './other.ts'\n",
  'lint/performance/noReExportAll': "export * from './other.ts'\n",
  'lint/suspicious/noExplicitAny': 'export const a = (b: any) => b as unknown\n',
  'lint/suspicious/noConsole': "export const a = () => console.log('x')\n",
  'lint/correctness/noUndeclaredDependencies': "import x from 'not-declared'\n\nexport const a = x\n",
  'lint/nursery/noFloatingPromises': 'const later = async () => 1\nexport const a = () => {\n  later()\n}\n',
  'Time comes from kernel/clock': 'export const a = () => new Date()\n',
  'No shell strings': "import { execSync } from 'node:child_process'\n\nexport const a = () => execSync('ls')\n",
}
const lintFile = (rule: string) =>
  rule === 'lint/style/useFilenamingConvention'
    ? 'kernel/lint/snake_case.ts'
    : `kernel/lint/${rule.replace(/\W+/g, '-').toLowerCase()}.ts`

let directions: string
let lint: string
let types: string
let dead: string

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'bergfried-guards-'))
  for (const file of ['package.json', 'tsconfig.json', 'biome.json', '.dependency-cruiser.cjs']) {
    cpSync(join(ROOT, file), join(tree, file))
  }
  cpSync(join(ROOT, 'tools/lint'), join(tree, 'tools/lint'), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'))
  for (const path of [
    'kernel/ok/ok.ts',
    'kernel/db/ok.ts',
    'kernel/check/check.ts',
    'kernel/drill/drill.ts',
    'kernel/testing/ok.ts',
    'app/ok.ts',
    'cli/ok.ts',
    'connectors/ok/ok.ts',
    'connectors/ok/apply.ts',
    'capabilities/two/inside.ts',
    'capabilities/two/contract.ts',
    'kernel/lint/other.ts',
  ]) {
    put(path, 'export const a = 1\n')
  }
  for (const [file, imports] of [...Object.values(DIRECTIONS), ...Object.entries(ALLOWED)]) {
    put(file, `import * as x from '${imports}'\n\nexport const a = x\n`)
  }
  put('kernel/loop/b.ts', "import * as x from './a.ts'\n\nexport const a = x\n")
  put('app/routes/untested.route.ts', 'export const a = 1\n')
  put('app/routes/tested.route.ts', 'export const a = 1\n')
  put('app/routes/tested.route.test.ts', "import * as x from './tested.route.ts'\n\nexport const a = x\n")
  put('capabilities/three/x.ts', "import * as x from '../four/contract.ts'\n\nexport const a = x\n")
  put('capabilities/three/contract.ts', 'export const a = 1\n')
  put('capabilities/four/contract.ts', 'export const a = 1\n')
  put('capabilities/four/y.ts', "import * as x from '../three/contract.ts'\n\nexport const a = x\n")
  for (const [rule, text] of Object.entries(LINT)) put(lintFile(rule), text)
  put('kernel/types/null.ts', 'export const a = (b: readonly string[]): string => b[0]\n')
  put('kernel/types/enum.ts', 'export enum A {\n  b,\n}\n')
  put('kernel/types/good.ts', "export const a = (b: readonly string[]): string => b[0] ?? ''\n")
  put('knip.json', JSON.stringify({ entry: ['app/main.ts!'], project: ['app/**/*.ts!', 'kernel/dead/*.ts!'] }))
  put('app/main.ts', "import { used } from '../kernel/dead/live.ts'\n\nused()\n")
  put('kernel/dead/live.ts', 'export const used = () => 1\nexport const unusedExport = () => 2\n')
  put('kernel/dead/nobody.ts', 'export const a = 1\n')

  const layers = ['facts', 'kernel', 'connectors', 'capabilities', 'app', 'cli', 'console', 'engines', 'verifier']
  directions = run('dependency-cruiser/bin/dependency-cruiser.mjs', ['--output-type', 'err-long', ...layers]).stdout
  const biome = run('@biomejs/biome/bin/biome', ['lint', '--max-diagnostics=500', '.'])
  lint = biome.stdout + biome.stderr
  types = run('typescript-native/bin/tsc', ['-p', '.']).stdout
  dead = run('knip/bin/knip.js', ['--production', '--no-config-hints']).stdout
}, 120_000)
afterAll(() => rmSync(tree, { recursive: true, force: true }))

describe('import directions', () => {
  it.each(Object.entries(DIRECTIONS))('%s reports its offender', (rule, [file]) => {
    expect(directions.split('\n').some((l) => l.includes(`error ${rule}: `) && l.includes(file))).toBe(true)
  })
  it('routes-have-a-test reports the route that no test reaches, and only that', () => {
    const lines = directions.split('\n').filter((l) => l.includes('routes-have-a-test'))
    expect(lines.some((l) => l.includes('untested.route.ts'))).toBe(true)
    expect(lines.some((l) => l.includes(' app/routes/tested.route.ts'))).toBe(false)
  })
  it('no-circular-folders reports capabilities that see each other in a circle', () => {
    expect(directions).toMatch(/error no-circular-folders: capabilities\/(three|four)/)
  })
  it.each(Object.keys(ALLOWED))('nothing reports %s', (file) => {
    const about = directions.split('\n').filter((l) => l.includes(`: ${file} `) || l.endsWith(`: ${file}`))
    expect(about).toEqual([])
  })
  it('every rule is here', () => {
    const rules = [...readFileSync(join(ROOT, '.dependency-cruiser.cjs'), 'utf8').matchAll(/name: '([^']+)'/g)].map(
      (m) => m[1],
    )
    expect(new Set([...Object.keys(DIRECTIONS), 'routes-have-a-test', 'no-circular-folders'])).toEqual(new Set(rules))
  })
})

describe('lint', () => {
  it.each(Object.keys(LINT))('%s reports its offender', (rule) => {
    const blocks = lint.split(/\n(?=\S+\.ts(?::\d+)?)/)
    expect(blocks.some((b) => b.startsWith(lintFile(rule)) && b.includes(rule))).toBe(true)
  })
  it('reports nothing where there is nothing', () => {
    expect(lint).not.toMatch(/^kernel\/ok\/ok\.ts/m)
  })
  it('reports import cycles', () => {
    expect(lint).toMatch(/kernel\/loop\/[ab]\.ts[\s\S]*?noImportCycles/)
  })
})

describe('types', () => {
  it('refuse an unchecked index and an enum, and let the good twin pass', () => {
    expect(types).toMatch(/kernel\/types\/null\.ts.*TS2322/)
    expect(types).toMatch(/kernel\/types\/enum\.ts.*TS1294/)
    expect(types).not.toContain('kernel/types/good.ts')
  })
})

describe('dead code', () => {
  it('is reported by file and by export, and live code is not', () => {
    expect(dead).toContain('kernel/dead/nobody.ts')
    expect(dead).toContain('unusedExport')
    expect(dead).not.toMatch(/\bused\b.*live/)
  })
})

describe('generated files', () => {
  it('are refused when stale', () => {
    const files = 'app,capabilities,cli,connectors,facts,kernel,tools'.split(',')
    const copy = mkdtempSync(join(tmpdir(), 'bergfried-generated-'))
    try {
      for (const file of files) cpSync(join(ROOT, file), join(copy, file), { recursive: true })
      const check = () => spawnSync(process.execPath, ['tools/generate.ts', '--check'], { cwd: copy, encoding: 'utf8' })
      expect(check().status).toBe(0)
      writeFileSync(join(copy, 'facts/extra.fact.ts'), 'export const extraFact = defineFact({})\n')
      expect(check()).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('facts/registry.generated.ts is stale'),
      })
    } finally {
      rmSync(copy, { recursive: true, force: true })
    }
  })
})
