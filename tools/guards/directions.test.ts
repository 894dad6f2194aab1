import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type GuardTree, guardTree, own } from './tree.ts'

/** A guard that is not tested rots without a word: for each direction a file that it must report, and one that not. */
interface Case {
  readonly bad: readonly [file: string, imports: string]
  readonly good: readonly [file: string, imports: string]
}

const CASES: Readonly<Record<string, Case>> = {
  'no-circular': {
    bad: ['kernel/loop/a.ts', './b.ts'],
    good: ['kernel/loop/c.ts', '../ok/ok.ts'],
  },
  'no-circular-folders': {
    bad: ['capabilities/three/x.ts', '../four/contract.ts'],
    good: ['capabilities/five/x.ts', '../two/contract.ts'],
  },
  'facts-are-plain': {
    bad: ['facts/bad.fact.ts', '../kernel/ok/ok.ts'],
    good: ['facts/good.fact.ts', 'zod'],
  },
  'kernel-knows-nobody': {
    bad: ['kernel/bad/app.ts', '../../app/ok.ts'],
    good: ['kernel/good/kernel.test.ts', '../../facts/good.fact.ts'],
  },
  'demo-only-from-app': {
    bad: ['capabilities/one/made-up.ts', '../../demo/ok.ts'],
    good: ['app/demo/made-up.ts', '../../demo/ok.ts'],
  },
  'demo-stays-below-the-app': {
    bad: ['demo/bad.ts', '../app/ok.ts'],
    good: ['demo/good.ts', '../kernel/ok/ok.ts'],
  },
  'connectors-only-look': {
    bad: ['connectors/bad/db.ts', '../../kernel/db/ok.ts'],
    good: ['connectors/good/collect.ts', '../../kernel/collect/ok.ts'],
  },
  'capabilities-and-connectors-never-meet': {
    bad: ['capabilities/one/rule.ts', '../../connectors/ok/ok.ts'],
    good: ['capabilities/one/rule.test.ts', '../../connectors/ok/ok.ts'],
  },
  'apply-only-from-enforce': {
    bad: ['capabilities/one/routes/x.ts', '../../../connectors/ok/apply.ts'],
    good: ['capabilities/one/enforce.ts', '../../connectors/ok/apply.ts'],
  },
  'checks-are-pure': {
    bad: ['capabilities/one/checks/bad.check.ts', '../../../kernel/ok/ok.ts'],
    good: ['capabilities/one/checks/good.check.ts', '../../../kernel/check/check.ts'],
  },
  'drills-are-data': {
    bad: ['capabilities/one/checks/bad.drill.ts', 'node:crypto'],
    good: ['capabilities/one/checks/good.drill.ts', '../../../kernel/drill/drill.ts'],
  },
  'rules-are-pure': {
    bad: ['capabilities/one/io.ts', 'node:fs'],
    good: ['capabilities/one/store.ts', 'node:fs'],
  },
  'capabilities-meet-at-contracts': {
    bad: ['capabilities/one/peek.ts', '../two/inside.ts'],
    good: ['capabilities/one/meet.ts', '../two/contract.ts'],
  },
  'app-does-not-know-the-command-line': {
    bad: ['app/bad.ts', '../cli/ok.ts'],
    good: ['cli/good.ts', '../app/ok.ts'],
  },
  'front-ends-see-contracts': {
    bad: ['console/bad.ts', '../kernel/ok/ok.ts'],
    good: ['console/good.ts', '../capabilities/two/contract.ts'],
  },
  'engines-are-pure': {
    bad: ['engines/one/bad.ts', 'node:fs'],
    good: ['engines/one/good.ts', 'node:crypto'],
  },
  'adapters-stand-alone': {
    bad: ['adapters/one/core/bad.ts', '../../../kernel/ok/ok.ts'],
    good: ['adapters/one/core/good.ts', '../../../engines/tlog/proof.ts'],
  },
  'verifier-stands-alone': {
    bad: ['verifier/bad.ts', 'zod'],
    good: ['verifier/good.ts', '../engines/tlog/proof.ts'],
  },
  'keeper-stands-alone': {
    bad: ['keeper/bad.ts', 'zod'],
    good: ['keeper/good.ts', 'node:net'],
  },
  'keeper-only-from-app': {
    bad: ['capabilities/one/reach.ts', '../../keeper/ok.ts'],
    good: ['app/keeper/reach.ts', '../../keeper/ok.ts'],
  },
  'host-stands-alone': {
    bad: ['host/bad.ts', '../kernel/ok/ok.ts'],
    good: ['host/good.ts', '../engines/sshcert/krl.ts'],
  },
  'witness-stands-alone': {
    bad: ['witness/bad.ts', '../kernel/ok/ok.ts'],
    good: ['witness/good.ts', '../engines/tlog/proof.ts'],
  },
  'tests-have-a-subject': {
    bad: ['kernel/ok/uses-test.ts', '../testing/ok.ts'],
    good: ['kernel/ok/real.test.ts', '../testing/ok.ts'],
  },
  'routes-have-a-test': {
    bad: ['app/routes/untested.route.ts', '../ok.ts'],
    good: ['app/routes/tested.route.ts', '../ok.ts'],
  },
  'migrations-have-a-test': {
    bad: ['kernel/db/migrations/0002-untested.sql.ts', '../../ok/ok.ts'],
    good: ['kernel/db/migrations/0001-tested.sql.ts', '../../ok/ok.ts'],
  },
  'no-unresolved': {
    bad: ['kernel/ok/missing.ts', './nowhere.ts'],
    good: ['kernel/ok/there.ts', './ok.ts'],
  },
  'no-undeclared': {
    bad: ['kernel/ok/undeclared.ts', 'fast-decode-uri-component'],
    good: ['kernel/ok/declared.ts', 'fastify'],
  },
}

const PLAIN = [
  'kernel/ok/ok.ts',
  'demo/ok.ts',
  'kernel/db/ok.ts',
  'kernel/collect/ok.ts',
  'kernel/check/check.ts',
  'kernel/drill/drill.ts',
  'kernel/testing/ok.ts',
  'app/ok.ts',
  'cli/ok.ts',
  'connectors/ok/ok.ts',
  'connectors/ok/apply.ts',
  'capabilities/two/inside.ts',
  'capabilities/two/contract.ts',
  'capabilities/three/contract.ts',
  'capabilities/four/contract.ts',
  'engines/tlog/proof.ts',
  'engines/sshcert/krl.ts',
  'keeper/ok.ts',
]

let tree: GuardTree
let lines: readonly string[]

beforeAll(() => {
  tree = guardTree()
  const importing = (file: string, imports: string, type = '') =>
    tree.put(
      file,
      `import ${type}* as x from '${imports}'\n\nexport const a = ${type === '' ? 'x' : '1 as unknown as typeof x'}\n`,
    )
  for (const file of PLAIN) tree.put(file, 'export const a = 1\n')
  for (const { bad, good } of Object.values(CASES)) {
    importing(...bad)
    importing(...good)
  }
  importing('kernel/loop/b.ts', './a.ts')
  importing('capabilities/four/y.ts', '../three/contract.ts')
  importing('app/routes/tested.route.test.ts', './tested.route.ts')
  importing('kernel/db/tested.test.ts', './migrations/0001-tested.sql.ts')
  importing('kernel/bad/type.ts', '../../app/ok.ts', 'type ')
  importing('kernel/bad/app.test.ts', '../../app/ok.ts')
  const folders =
    'facts kernel connectors capabilities demo app cli console engines adapters verifier keeper witness host'.split(' ')
  const report = tree.run('node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', [
    '--output-type',
    'err-long',
    ...folders,
  ])
  lines = report.stdout.split('\n').filter((line) => line.includes('error '))
}, 120_000)
afterAll(() => tree.remove())

/** Violations of a rule that start at a file or at the folder of its capability. */
const reported = (rule: string, file: string) =>
  lines.filter((line) => {
    const [, from] = line.split(`error ${rule}: `)
    return from !== undefined && (from.startsWith(file) || file.startsWith(`${from.split(' ')[0]}/`))
  })

describe('import directions', () => {
  it.each(Object.entries(CASES))('%s reports its offender', (rule, { bad }) => {
    expect(reported(rule, bad[0])).not.toEqual([])
  })

  it.each(Object.entries(CASES))('%s and all other rules leave the good twin alone', (_rule, { good }) => {
    expect(lines.filter((line) => new RegExp(`: ${good[0].replaceAll('.', '\\.')}( |$)`).test(line))).toEqual([])
    expect(reported('no-circular-folders', good[0])).toEqual([])
  })

  it('hold for the tests of the kernel, too', () => {
    expect(reported('kernel-knows-nobody', 'kernel/bad/app.test.ts')).not.toEqual([])
  })

  it('count imports of types, too', () => {
    expect(reported('kernel-knows-nobody', 'kernel/bad/type.ts')).not.toEqual([])
  })

  it('are all tried here', () => {
    const rules = [...own('.dependency-cruiser.cjs').matchAll(/name: '([^']+)'/g)].map((m) => m[1])
    expect(new Set(Object.keys(CASES))).toEqual(new Set(rules))
  })
})
