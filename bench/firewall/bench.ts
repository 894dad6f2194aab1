import { WhatIf } from '../../capabilities/firewall/difference/what-if.ts'
import { rehearse, WarmRehearsal } from '../../host/firewall/rehearse.ts'
import { median, quantile } from '../median.ts'
import { numbers } from '../packetspace/generate.ts'

const RULES = 8000
const ROUNDS = 200
const KERNEL_ROUNDS = 40
const PORTS = [22, 25, 53, 80, 123, 389, 443, 636, 993, 1433, 3306, 5432, 6379, 8080, 8443, 9090]

/** What one changed rule does, as somebody types it: parsed by the kernel in a namespace, compared by the engine. Needs root and nft. */
export async function run(): Promise<void> {
  const random = numbers(7)
  const pick = (n: number): number => Math.floor(random() * n)
  const host = (): string => `10.${pick(24)}.${pick(40)}.${pick(256)}`
  const net = (): string => `10.${pick(24)}.${pick(40)}.0/24`
  const rule = (): string =>
    `\t\tip saddr ${random() < 0.5 ? host() : net()} ip daddr ${host()} tcp dport ${PORTS[pick(PORTS.length)]} accept`
  const lines = Array.from({ length: RULES }, rule)
  const text = [
    'table inet fw {',
    '\tchain forward {',
    '\t\ttype filter hook forward priority filter; policy drop;',
    ...lines,
    '\t}',
    '}',
  ]
  const loading = await timed(() => rehearse(`${text.join('\n')}\n`))
  const base = loading.result
  const whatIf = new WhatIf(base)
  const warm = new WarmRehearsal()
  await warm.read('')
  const warming = await timed(async () => whatIf.warm())
  const listed = base.text.split('\n')
  const first = listed.findIndex((line) => line.includes('policy drop')) + 1
  const typed = (): string => {
    const at = first + pick(RULES)
    const [before, after] = [listed.slice(0, at), listed.slice(at)]
    const kind = pick(3)
    return [...before, ...(kind === 0 ? [] : [rule()]), ...(kind === 1 ? after : after.slice(1))].join('\n')
  }
  const [engine, whole]: [number[], number[]] = [[], []]
  for (let i = 0; i < ROUNDS; i++) {
    const now = typed()
    const finding = await timed(async () => whatIf.changed(now))
    if (finding.result === null) continue
    const changed = finding.result
    const trying = i < KERNEL_ROUNDS ? await timed(() => warm.read(changed.skeleton)) : null
    const rules = trying?.result ?? (await warm.read(changed.skeleton))
    const comparing = await timed(async () => whatIf.small(changed, rules))
    engine.push(comparing.ms)
    if (trying !== null) whole.push(finding.ms + trying.ms + comparing.ms)
  }
  await warm.close()
  const print = (line: string): boolean => process.stdout.write(`${line}\n`)
  print(`${RULES} rules: rehearsed ${loading.ms.toFixed(0)} ms, summed up once ${warming.ms.toFixed(0)} ms`)
  print(
    `one rule typed, compared by the engine with its boxes: median ${median(engine).toFixed(1)} ms, p95 ${quantile(engine, 0.95).toFixed(1)} ms (${engine.length} changes)`,
  )
  print(
    `the same from the text on, with the kernel reading the rule: median ${median(whole).toFixed(1)} ms, p95 ${quantile(whole, 0.95).toFixed(1)} ms (${whole.length} changes)`,
  )
}

async function timed<T>(what: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const began = performance.now()
  const result = await what()
  return { ms: performance.now() - began, result }
}
