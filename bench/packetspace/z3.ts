import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Formula, RuleSet } from '../../engines/packetspace/ir.ts'
import { smtScript } from './smt.ts'

const VERSION = '5.2.0'
const CHILD = fileURLToPath(new URL('child.ts', import.meta.url))

/** Installs the peer into a scratch folder. Returns why it cannot be asked, or undefined. */
export function installZ3(folder: string): string | undefined {
  const args = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', `z3-solver@${VERSION}`]
  const { status, stderr } = spawnSync('npm', args, { encoding: 'utf8', timeout: 120_000 })
  return status === 0 ? undefined : `not installed: ${(stderr ?? '').split('\n')[0] ?? ''}`
}

/** Whether Z3 finds an accepted packet, and in how many milliseconds; `unknown` beyond the limit. */
export function askZ3(
  folder: string,
  rules: RuleSet,
  question: Formula,
  limitMs: number,
): { answer: string; ms: number } {
  const script = join(folder, 'question.smt2')
  writeFileSync(script, smtScript(rules, question))
  const child = spawnSync(process.execPath, [CHILD, folder, script, String(limitMs)], {
    encoding: 'utf8',
    timeout: limitMs * 2 + 10_000,
  })
  if (child.status !== 0) return { answer: 'unknown', ms: limitMs }
  return JSON.parse(child.stdout) as { answer: string; ms: number }
}
