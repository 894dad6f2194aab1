import { afterAll, beforeAll, expect, it } from 'vitest'
import { type GuardTree, guardTree, own } from './tree.ts'

/** Option of tsconfig.json -> the error that it must give, a file that deserves it, a twin that does not. */
const CASES: Readonly<Record<string, readonly [error: string, bad: string, good: string]>> = {
  strict: ['TS2322', 'export const a: string = null\n', 'export const a: string | null = null\n'],
  noUncheckedIndexedAccess: [
    'TS2322',
    'export const a = (b: readonly string[]): string => b[0]\n',
    "export const a = (b: readonly string[]): string => b[0] ?? ''\n",
  ],
  exactOptionalPropertyTypes: [
    'TS2375',
    'export const a: { b?: string } = { b: undefined }\n',
    'export const a: { b?: string } = {}\n',
  ],
  noImplicitOverride: [
    'TS4114',
    'class A {\n  a() {}\n}\nexport class B extends A {\n  a() {}\n}\n',
    'class A {\n  a() {}\n}\nexport class B extends A {\n  override a() {}\n}\n',
  ],
  noPropertyAccessFromIndexSignature: [
    'TS4111',
    'export const a = (b: Record<string, string>) => b.c\n',
    "export const a = (b: Record<string, string>) => b['c']\n",
  ],
  noFallthroughCasesInSwitch: [
    'TS7029',
    'export function a(b: number) {\n  switch (b) {\n    case 1:\n      b += 1\n    case 2:\n      return b\n  }\n  return 0\n}\n',
    'export function a(b: number) {\n  switch (b) {\n    case 1:\n    case 2:\n      return b\n  }\n  return 0\n}\n',
  ],
  verbatimModuleSyntax: [
    'TS1484',
    "import { Readable, ReadableOptions } from 'node:stream'\n\nexport const a = (b: ReadableOptions) => new Readable(b)\n",
    "import { Readable, type ReadableOptions } from 'node:stream'\n\nexport const a = (b: ReadableOptions) => new Readable(b)\n",
  ],
  erasableSyntaxOnly: ['TS1294', 'export enum A {\n  b,\n}\n', "export const A = ['b'] as const\n"],
}
/** Options that refuse nothing by themselves. */
const NOT_GUARDS = ['allowImportingTsExtensions', 'isolatedModules', 'noEmit', 'skipLibCheck', 'resolveJsonModule']

let tree: GuardTree
let lines: readonly string[]

beforeAll(() => {
  tree = guardTree()
  for (const [option, [, bad, good]] of Object.entries(CASES)) {
    tree.put(`kernel/bad/${option}.ts`, bad)
    tree.put(`kernel/good/${option}.ts`, good)
  }
  lines = tree.run('node_modules/typescript-native/bin/tsc', ['-p', '.', '--pretty', 'false']).stdout.split('\n')
}, 120_000)
afterAll(() => tree.remove())

it.each(Object.entries(CASES))('%s refuses its offender and lets the good twin pass', (option, [error]) => {
  expect(lines.filter((l) => l.startsWith(`kernel/bad/${option}.ts(`) && l.includes(error))).not.toEqual([])
  expect(lines.filter((l) => l.startsWith(`kernel/good/${option}.ts(`))).toEqual([])
})

it('every strict option of tsconfig.json is tried here', () => {
  const { compilerOptions } = JSON.parse(own('tsconfig.json')) as { compilerOptions: Record<string, unknown> }
  const on = Object.keys(compilerOptions).filter((option) => compilerOptions[option] === true)
  expect(new Set(on)).toEqual(new Set([...Object.keys(CASES), ...NOT_GUARDS]))
})
