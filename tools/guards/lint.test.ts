import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type GuardTree, guardTree, own } from './tree.ts'

/** For each rule that we rely on: a file that it must report, and a twin that says the same in a way that we allow. */
interface Case {
  readonly rule: string
  readonly bad: string
  readonly good: string
}

const CLOCK = 'Time comes from kernel/clock'
const SHELL = 'No shell strings: spawn'

const CASES: readonly Case[] = [
  { rule: 'style/noDefaultExport', bad: 'export default 1\n', good: 'export const a = 1\n' },
  {
    rule: 'style/noNonNullAssertion',
    bad: 'export const a = (b: string | null) => b!.length\n',
    good: 'export const a = (b: string | null) => b?.length ?? 0\n',
  },
  {
    rule: 'style/noProcessEnv',
    bad: "export const a = process.env['HOME']\n",
    good: "export const a = (env: { variable(name: string): string | null }) => env.variable('HOME')\n",
  },
  {
    rule: 'style/useImportType',
    bad: "import { Readable } from 'node:stream'\n\nexport const a = (b: Readable) => b as unknown\n",
    good: "import type { Readable } from 'node:stream'\n\nexport const a = (b: Readable) => b as unknown\n",
  },
  {
    rule: 'style/useNodejsImportProtocol',
    bad: "import { join } from 'path'\n\nexport const a = join\n",
    good: "import { join } from 'node:path'\n\nexport const a = join\n",
  },
  {
    rule: 'style/useThrowOnlyError',
    bad: "export const a = () => {\n  throw 'text'\n}\n",
    good: "export const a = () => {\n  throw new Error('text')\n}\n",
  },
  {
    rule: 'style/noExcessiveLinesPerFile',
    bad: `export const a = [\n${'  1,\n'.repeat(301)}]\n`,
    good: `export const a = [\n${'  1,\n'.repeat(298)}]\n`,
  },
  {
    rule: 'style/noRestrictedImports',
    bad: "import { z } from 'zod'\n\nexport const a = z\n",
    good: "import * as z from 'zod'\n\nexport const a = z\n",
  },
  {
    rule: 'style/noRestrictedImports',
    bad: "import * as processes from 'node:child_process'\n\nexport const a = () => processes.exec('ls')\n",
    good: "import { execFile } from 'node:child_process'\n\nexport const a = () => execFile('ls', ['-l'])\n",
  },
  {
    rule: 'style/noRestrictedImports',
    bad: "import { a } from './index.ts'\n\nexport const b = a\n",
    good: "import { a } from './other.ts'\n\nexport const b = a\n",
  },
  {
    rule: 'performance/noBarrelFile',
    bad: "export { a } from './other.ts'\n",
    good: "import { a } from './other.ts'\n\nexport const b = a\n",
  },
  { rule: 'performance/noReExportAll', bad: "export * from './other.ts'\n", good: 'export const a = 1\n' },
  {
    rule: 'suspicious/noExplicitAny',
    bad: 'export const a = (b: any) => b as unknown\n',
    good: 'export const a = (b: unknown) => b\n',
  },
  {
    rule: 'suspicious/noConsole',
    bad: "export const a = () => console.log('x')\n",
    good: "export const a = () => process.stdout.write('x')\n",
  },
  {
    rule: 'correctness/noUndeclaredDependencies',
    bad: "import x from 'not-declared'\n\nexport const a = x\n",
    good: "import x from 'fastify'\n\nexport const a = x\n",
  },
  {
    rule: 'nursery/noFloatingPromises',
    bad: 'const later = async () => 1\nexport const a = () => {\n  later()\n}\n',
    good: 'const later = async () => 1\nexport const a = async () => {\n  await later()\n}\n',
  },
  {
    rule: 'nursery/noMisusedPromises',
    bad: 'const later = async () => true\nexport const a = () => {\n  if (later()) return 1\n  return 2\n}\n',
    good: 'const later = async () => true\nexport const a = async () => {\n  if (await later()) return 1\n  return 2\n}\n',
  },
  {
    rule: 'correctness/noUnusedImports',
    bad: "import { join } from 'node:path'\n\nexport const a = 1\n",
    good: "import { join } from 'node:path'\n\nexport const a = join('b', 'c')\n",
  },
  {
    rule: 'correctness/noUnusedVariables',
    bad: 'const unused = 1\nexport const a = 1\n',
    good: 'const used = 1\nexport const a = used\n',
  },
  ...['new Date()', 'Date.now()', 'performance.now()', 'process.hrtime()', 'process.hrtime.bigint()'].map((now) => ({
    rule: CLOCK,
    bad: `export const a = () => ${now}\n`,
    good: 'export const a = (text: string) => new Date(text)\n',
  })),
  {
    rule: SHELL,
    bad: "import { execSync } from 'node:child_process'\n\nexport const a = () => execSync('ls')\n",
    good: "export const a = /x/.exec('x')\n",
  },
  ...['true', "'/bin/sh'"].map((shell) => ({
    rule: SHELL,
    bad: `import { spawn } from 'node:child_process'\n\nexport const a = () => spawn('ls', { shell: ${shell} })\n`,
    good: "import { spawn } from 'node:child_process'\n\nexport const a = () => spawn('ls', { shell: false })\n",
  })),
]

const named = CASES.map((c, i) => ({
  ...c,
  bad: [`kernel/bad/case-${i}.ts`, c.bad],
  good: [`kernel/good/case-${i}.ts`, c.good],
}))

/** Places that a rule leaves alone on purpose, and the same text just beside them. */
const PLACES: readonly (readonly [rule: string, text: string, allowed: string, refused: string])[] = [
  [
    'style/noProcessEnv',
    "export const a = process.env['HOME']\n",
    'kernel/config/environment.ts',
    'kernel/config/secrets.ts',
  ],
  [CLOCK, 'export const a = () => new Date()\n', 'kernel/clock/clock.ts', 'kernel/clocks.ts'],
  [CLOCK, 'export const a = () => new Date()\n', 'tools/now.ts', 'kernel/tools/now.ts'],
  [CLOCK, 'export const a = () => Date.now()\n', 'bench/now.ts', 'capabilities/one/bench/now.ts'],
  [CLOCK, 'export const a = () => performance.now()\n', 'app/now.test.ts', 'app/now.ts'],
  ['style/noDefaultExport', 'export default 1\n', 'vitest.config.ts', 'app/server.ts'],
  ['style/useFilenamingConvention', 'export const a = 1\n', 'kernel/kebab-case.check.ts', 'kernel/snake_case.ts'],
]

let tree: GuardTree
let reports: readonly string[]

beforeAll(() => {
  tree = guardTree()
  for (const folder of ['bad', 'good']) tree.put(`kernel/${folder}/other.ts`, 'export const a = 1\n')
  tree.put('kernel/bad/index.ts', 'export const a = 1\n')
  for (const { bad, good } of named) {
    tree.put(bad[0] ?? '', bad[1] ?? '')
    tree.put(good[0] ?? '', good[1] ?? '')
  }
  for (const [, text, allowed, refused] of PLACES) for (const file of [allowed, refused]) tree.put(file, text)
  tree.put('kernel/bad/ring-a.ts', "import { b } from './ring-b.ts'\n\nexport const a = () => b\n")
  tree.put('kernel/bad/ring-b.ts', "import { a } from './ring-a.ts'\n\nexport const b = () => a\n")
  tree.put('kernel/bad/format.ts', 'export const a = "double";\n')
  const { stdout, stderr } = tree.run('node_modules/@biomejs/biome/bin/biome', ['check', '--max-diagnostics=1000', '.'])
  reports = (stdout + stderr).split(/\n(?=\S+\.ts(?::\d+:\d+)? )/)
}, 120_000)
afterAll(() => tree.remove())

const about = (file: string) => reports.filter((r) => r.startsWith(`${file}:`) || r.startsWith(`${file} `))

describe('lint', () => {
  it.each(named.map((c) => [c.rule, c] as const))('%s reports its offender', (rule, { bad }) => {
    expect(about(bad[0] ?? '').some((r) => r.includes(rule))).toBe(true)
  })

  it.each(named.map((c) => [c.rule, c] as const))('%s leaves the good twin alone', (rule, { good }) => {
    expect(about(good[0] ?? '').filter((r) => r.includes(rule) || !r.includes(' format '))).toEqual([])
  })

  it.each(PLACES)('%s allows %j in %s, but not in %s', (rule, _text, allowed, refused) => {
    expect(about(allowed).filter((r) => r.includes(rule))).toEqual([])
    expect(about(refused).some((r) => r.includes(rule))).toBe(true)
  })

  it('reports import cycles', () => {
    expect(about('kernel/bad/ring-a.ts').some((r) => r.includes('suspicious/noImportCycles'))).toBe(true)
  })

  it('reports a file that is formatted otherwise', () => {
    expect(about('kernel/bad/format.ts').some((r) => r.includes('format'))).toBe(true)
  })

  it('tries every rule that biome.json names, and every plugin', () => {
    const config = JSON.parse(own('biome.json')) as {
      linter: { rules: Record<string, string | Record<string, unknown>> }
      plugins: readonly (string | { path: string })[]
    }
    const rules = Object.entries(config.linter.rules).flatMap(([group, value]) =>
      typeof value === 'string'
        ? []
        : Object.entries(value)
            .filter(([, v]) => v !== 'off')
            .map(([rule]) => `${group}/${rule}`),
    )
    const tried = new Set([...CASES.map((c) => c.rule), ...PLACES.map((p) => p[0]), 'suspicious/noImportCycles'])
    expect(rules.filter((rule) => !tried.has(rule))).toEqual([])
    const plugins = config.plugins.map((p) => (typeof p === 'string' ? p : p.path))
    expect(plugins).toEqual(['./tools/lint/no-now.grit', './tools/lint/no-shell.grit'])
  })
})
