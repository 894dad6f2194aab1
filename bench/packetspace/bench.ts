import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PacketspaceError } from '../../engines/packetspace/errors.ts'
import type { Formula, RuleSet } from '../../engines/packetspace/ir.ts'
import { interfacesOf, PacketSpace } from '../../engines/packetspace/packet-fields.ts'
import { Prover } from '../../engines/packetspace/prover.ts'
import { readIptablesSave } from '../../engines/packetspace/read-iptables-save.ts'
import { reviewRules } from '../../engines/packetspace/review.ts'
import { Analysis } from '../../engines/packetspace/summary.ts'
import { EMPTY } from '../../engines/packetspace/verdict-summary.ts'
import { median, quantile, table } from '../median.ts'
import { classBench, intents, numbers, realistic } from './generate.ts'
import { askZ3, installZ3 } from './z3.ts'

const RUNS = 5
const LIMIT_MS = 20_000
/** Enough for 100,000 realistic rules in whole; everything else stays far below. */
const BUDGET = 20_000_000
const ARCHIVE = fileURLToPath(new URL('../../../shared/data/network/iptables-semantics.tgz', import.meta.url))
const DUMP = './dumps/TUM_Net_Firewall_iptables-save-2015-05-15_15-23-41_cheating'

/**
 * Rule sets as packet sets: full analysis, what-if of one rule, intents by slices, beside Z3 with the same questions. Arguments: `small`
 * leaves out 100,000 rules; `no-z3` the peer.
 */
export async function run(args: readonly string[]): Promise<void> {
  const small = args.includes('small')
  real()
  full('realistic', 10_000, realistic(10_000, 1), RUNS)
  full('ClassBench-like', 8000, classBench(8000, 3, false), small ? 1 : 3)
  if (!small) full('realistic', 100_000, realistic(100_000, 2), 1)
  whatIf()
  sliced('realistic', realistic(small ? 20_000 : 100_000, 2), intents(100, 5, 'realistic'))
  sliced('random ranges', classBench(8000, 4, true), intents(100, 6, 'anywhere'))
  budget()
  if (!args.includes('no-z3')) await beside(small)
  print(`memory at most ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB, all of the above in one process`)
}

const print = (line: string): boolean => process.stdout.write(`${line}\n`)

function timed<T>(what: () => T): { ms: number; cpuMs: number; result: T } {
  const [began, cpu] = [performance.now(), process.cpuUsage()]
  const result = what()
  return { ms: performance.now() - began, cpuMs: process.cpuUsage(cpu).user / 1000, result }
}

const analysed = (rules: RuleSet): Analysis => {
  const analysis = new Analysis(new PacketSpace('ip4', interfacesOf(rules), BUDGET), rules)
  analysis.hook('forward')
  return analysis
}

function real(): void {
  if (!existsSync(ARCHIVE)) {
    print('the real rule set is not in ../shared/data')
    return
  }
  const text = execFileSync('tar', ['-xzOf', ARCHIVE, DUMP], { maxBuffer: 1 << 26, encoding: 'latin1' })
  const reads = Array.from({ length: RUNS }, () => timed(() => readIptablesSave(text, 'ip4')))
  const rules = reads[0]?.result ?? readIptablesSave(text, 'ip4')
  const folds = Array.from({ length: RUNS }, () => timed(() => analysed(rules)))
  const review = timed(() => reviewRules(analysed(rules)))
  const [ms, cpu] = [median(folds.map((f) => f.ms)), median(folds.map((f) => f.cpuMs))]
  print(
    `4,813 real rules: read ${median(reads.map((r) => r.ms)).toFixed(0)} ms, analysed ${ms.toFixed(0)} ms (processor ${cpu.toFixed(0)} ms), ` +
      `every rule reviewed ${review.ms.toFixed(0)} ms (${review.result.filter((f) => f.state !== 'live').length} not live)`,
  )
}

function full(name: string, count: number, rules: RuleSet, runs: number): void {
  const folds = Array.from({ length: runs }, () => timed(() => analysed(rules).space.bdd.size))
  print(
    `${count} ${name} rules: analysed ${median(folds.map((f) => f.ms)).toFixed(0)} ms (processor ` +
      `${median(folds.map((f) => f.cpuMs)).toFixed(0)} ms), ${folds[0]?.result} nodes`,
  )
}

/** Take one rule away and compare: what an editor asks at every key stroke. */
function whatIf(): void {
  const rules = realistic(8000, 7)
  const analysis = analysed(rules)
  const [chain] = rules.chains.values()
  if (chain === undefined) return
  const { bdd } = analysis.space
  const before = analysis.base(chain)
  const tree = analysis.tree(chain.key)
  const random = numbers(9)
  const times = Array.from({ length: 200 }, () => {
    const index = Math.floor(random() * chain.rules.length)
    return timed(() => {
      const after = analysis.ended(chain, tree.whatIf(index, EMPTY))
      return [bdd.minus(after.mayAccept, before.mayAccept), bdd.minus(before.mayAccept, after.mayAccept)]
    }).ms
  })
  print(
    `one rule of 8,000 taken away and compared: median ${median(times).toFixed(1)} ms, p95 ${quantile(times, 0.95).toFixed(1)} ms`,
  )
}

function sliced(name: string, rules: RuleSet, questions: readonly Formula[]): void {
  const prover = new Prover(rules, 'ip4', { mode: 'slice' })
  const times = questions.map((q) => timed(() => prover.reach('forward', q)).ms)
  const count = [...rules.chains.values()].reduce((n, c) => n + c.rules.length, 0)
  print(
    `${count} ${name} rules, ${questions.length} intents by slices: median ${median(times).toFixed(1)} ms, ` +
      `p95 ${quantile(times, 0.95).toFixed(1)} ms, most ${Math.max(...times).toFixed(0)} ms`,
  )
}

function budget(): void {
  const rules = classBench(8000, 4, true)
  const { ms, result } = timed(() => {
    try {
      return `${analysed(rules).space.bdd.size} nodes`
    } catch (error) {
      if (error instanceof PacketspaceError && error.code === 'budget')
        return `refused at the budget of ${BUDGET} nodes`
      throw error
    }
  })
  print(`8000 random-range rules in whole: ${result} after ${ms.toFixed(0)} ms`)
}

async function beside(small: boolean): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bergfried-bench-'))
  try {
    const missing = installZ3(folder)
    if (missing !== undefined) {
      print(`z3-solver: ${missing}`)
      return
    }
    const rows = [['rules', 'whole analysis, ms', 'question then, ms', 'sliced, ms', 'Z3, ms', 'Z3 answers', 'agree']]
    for (const count of small ? [1000] : [1000, 8000]) rows.push(compared(folder, count))
    print(`the same ${3} questions, Z3 with a limit of ${LIMIT_MS / 1000} s each, medians`)
    print(table(rows))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function compared(folder: string, count: number): string[] {
  const rules = classBench(count, 11, false)
  const questions = intents(3, 12, 'anywhere')
  const whole = new Prover(rules, 'ip4', { mode: 'whole', budget: BUDGET })
  const slice = new Prover(rules, 'ip4', { mode: 'slice' })
  const first = timed(() => whole.reach('forward', { op: 'in', field: 'dport', ranges: [{ lo: 1, hi: 1 }] })).ms
  const own = questions.map((q) => timed(() => whole.reach('forward', q)))
  const cut = questions.map((q) => timed(() => slice.reach('forward', q)))
  const other = questions.map((q) => askZ3(folder, rules, q, LIMIT_MS))
  const said = other.map((o) => o.answer)
  const agree = own.every((o, i) => {
    const mine = o.result.accepted === undefined ? 'unsat' : 'sat'
    return (said[i] === 'unknown' || said[i] === mine) && o.result.verdict === cut[i]?.result.verdict
  })
  return [
    String(count),
    first.toFixed(0),
    median(own.map((o) => o.ms)).toFixed(1),
    median(cut.map((o) => o.ms)).toFixed(1),
    median(other.map((o) => o.ms)).toFixed(0),
    said.join(' '),
    agree ? 'yes' : 'NO',
  ]
}
