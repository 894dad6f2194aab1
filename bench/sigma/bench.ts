import { spawnSync } from 'node:child_process'
import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EventSource } from '../../engines/sigma/ir.ts'
import { Matcher } from '../../engines/sigma/matcher.ts'
import { compilePack, packHash } from '../../engines/sigma/pack.ts'
import { packFromText, packToText } from '../../engines/sigma/pack-text.ts'
import { SYSMON_FLAT } from '../../engines/sigma/pipelines/sysmon.ts'
import { median, table } from '../median.ts'
import { correlationRates } from './correlations.ts'
import { cpuSeconds } from './cpu.ts'
import { logLines, RULE_FOLDERS, ruleFiles, unpack } from './data.ts'
import { accessEvents, auditdEvents, sshdEvents } from './linux.ts'
import { findRsigma, rsigmaSeconds } from './rsigma.ts'
import { flatten, windowsEvents } from './windows.ts'

const RUNS = 5

interface Shape {
  readonly name: string
  readonly lines: readonly string[]
  readonly source: EventSource
  /** What rsigma is told of the events; empty where they say it themselves. */
  readonly told: string
}

/**
 * Detection with the whole public rule tree: events per second of processor time (so that other work on the machine does not count) beside JSON.parse alone and beside rsigma, same
 * rules, same files; start from the cache; memory; correlations. Arguments: events per shape, and a program `rsigma`.
 */
export async function run(args: readonly string[]): Promise<void> {
  const count = Number(args[0] ?? 100_000)
  const folder = await mkdtemp(join(tmpdir(), 'bergfried-bench-'))
  try {
    if (!unpack(folder)) {
      print('sigma: the public rules are not in ../shared/data/detection')
    } else await matching(folder, count, args[1])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  correlationRates(print)
}

async function matching(folder: string, count: number, given: string | undefined): Promise<void> {
  const files = ruleFiles(folder)
  let began = cpuSeconds()
  const pack = compilePack(files, { pipeline: SYSMON_FLAT })
  const compiled = cpuSeconds() - began
  const cache = join(folder, 'pack.json')
  await writeFile(cache, packToText(pack))
  const shapes = shapesOf(folder, count)
  const matcher = new Matcher(packFromText(await readFile(cache, 'utf8'), pack.hash))
  const samples = join(folder, 'samples.json')
  await writeFile(samples, JSON.stringify(shapes.map(({ source, lines }) => ({ source, lines: lines.slice(0, 2000) }))))
  const starts = Array.from({ length: RUNS }, () => fresh(cache, pack.hash, samples))
  began = cpuSeconds()
  packHash(files, { pipeline: SYSMON_FLAT })
  const hashed = (cpuSeconds() - began) * 1000
  print(
    `${pack.rules.length} rules, ${pack.problems.length} refused, each with its reason (placeholders without values)`,
  )
  print(
    `compiled in ${compiled.toFixed(1)} s; in a fresh process from the cache to the first event of every shape ` +
      `${median(starts.map(({ ms }) => ms)).toFixed(0)} ms, hash of the files ${hashed.toFixed(0)} ms; ` +
      `memory of that process after 8,000 events ${(median(starts.map(({ rss }) => rss)) / 1e6).toFixed(0)} MB`,
  )
  const rsigma = findRsigma(given)
  const rules = join(folder, 'tree')
  for (const name of RULE_FOLDERS) cpSync(join(folder, name), join(rules, name), { recursive: true })
  const rows = [
    [
      'shape',
      'bytes/event',
      'JSON.parse/s',
      'ours/s',
      'rsigma/s',
      'ours : JSON.parse',
      'ours : rsigma',
      'hits ours',
      'hits rsigma',
    ],
  ]
  for (const shape of shapes) {
    const { parse, own, hits } = measure(matcher, shape)
    const bytes = shape.lines.reduce((sum, line) => sum + line.length, 0) / shape.lines.length
    const row = [shape.name, bytes.toFixed(0), rate(count, parse), rate(count, own)]
    if (rsigma.program === null) rows.push([...row, '-', (parse / own).toFixed(2), '-', String(hits), '-'])
    else {
      const file = join(folder, 'events.json')
      await writeFile(file, `${shape.lines.join('\n')}\n`)
      const runs = [0, 1, 2].map(() => rsigmaSeconds(rsigma.program, rules, file, shape.told))
      const other = median(runs.map(({ seconds }) => seconds))
      rows.push([
        ...row,
        rate(count, other),
        (parse / own).toFixed(2),
        (other / own).toFixed(2),
        String(hits),
        String(runs[0]?.hits),
      ])
    }
  }
  print(`${count} events of each shape, processor time, medians of ${RUNS} runs (rsigma: 3, its loading taken off)`)
  print(table(rows))
  if (rsigma.missing !== null) print(`rsigma: not installed (${rsigma.missing})`)
}

function shapesOf(folder: string, count: number): Shape[] {
  const cases = join(folder, 'sigma-regression')
  const attacks = readdirSync(cases).flatMap((name) =>
    readFileSync(join(cases, name), 'utf8')
      .split(/\n(?=\{)/)
      .filter((text) => text.trim() !== '')
      .map((text) => flatten(JSON.parse(text))),
  )
  return [
    { name: '(a) Windows', lines: windowsEvents(attacks, count), source: { product: 'windows' }, told: '' },
    {
      name: '(b) auditd',
      lines: auditdEvents(logLines(folder, 'auditd'), count),
      source: { product: 'linux', service: 'auditd' },
      told: 'product=linux,service=auditd,category=audit',
    },
    {
      name: '(c) nginx',
      lines: accessEvents(logLines(folder, 'nginx'), count),
      source: { category: 'webserver', product: 'nginx', service: 'nginx' },
      told: 'product=nginx,service=nginx,category=webserver',
    },
    {
      name: '(c) sshd',
      lines: sshdEvents(logLines(folder, 'ssh'), count),
      source: { product: 'linux', service: 'sshd' },
      told: 'product=linux,service=sshd,category=auth',
    },
  ]
}

/** Start and memory of a process of its own. */
function fresh(...args: readonly string[]): { readonly ms: number; readonly rss: number } {
  const child = spawnSync(process.execPath, [join(import.meta.dirname, 'child.ts'), ...args], { encoding: 'utf8' })
  if (child.status !== 0) throw new Error(`child: ${child.stderr.slice(0, 500)}`)
  return JSON.parse(child.stdout)
}

/** Medians in seconds of processor time; parsing alone and parsing with matching take turns. */
function measure(matcher: Matcher, { lines, source }: Shape): { parse: number; own: number; hits: number } {
  const [parses, owns]: [number[], number[]] = [[], []]
  let hits = 0
  for (let i = 0; i <= RUNS; i++) {
    let began = cpuSeconds()
    let fields = 0
    for (const line of lines) fields += typeof JSON.parse(line) === 'object' ? 1 : 0
    const parse = cpuSeconds() - began
    began = cpuSeconds()
    hits = 0
    for (const line of lines) hits += matcher.match(JSON.parse(line), source).length
    const own = cpuSeconds() - began
    // The first round warms up.
    if (i === 0 || fields === 0) continue
    parses.push(parse)
    owns.push(own)
  }
  return { parse: median(parses), own: median(owns), hits }
}

const rate = (count: number, seconds: number): string => Math.round(count / seconds).toLocaleString('en')
const print = (text: string): void => {
  process.stdout.write(`${text}\n`)
}
