// `npm run bench -- NAME`: prints figures and ratios as medians, measured in one run on this machine.
import { cpus, totalmem } from 'node:os'

const BENCHES: Record<string, () => Promise<{ run(args: readonly string[]): Promise<void> }>> = {
  verdicts: () => import('./verdicts/bench.ts'),
  start: () => import('./start/bench.ts'),
  tlog: () => import('./tlog/bench.ts'),
  seal: () => import('./seal/bench.ts'),
  verify: () => import('./verify/bench.ts'),
  export: () => import('./export/bench.ts'),
  backup: () => import('./backup/bench.ts'),
  access: () => import('./access/bench.ts'),
  firewall: () => import('./firewall/bench.ts'),
  packetspace: () => import('./packetspace/bench.ts'),
  sigma: () => import('./sigma/bench.ts'),
  fieldcrypt: () => import('./fieldcrypt/bench.ts'),
  face: () => import('./face/bench.ts'),
}

const [name, ...args] = process.argv.slice(2)
const bench = BENCHES[name ?? '']
if (bench === undefined) {
  process.stderr.write(`npm run bench -- ${Object.keys(BENCHES).join(' | ')}\n`)
  process.exit(2)
}
const [first] = cpus()
process.stdout.write(
  `${name}: ${first?.model ?? '?'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}\n`,
)
await (await bench()).run(args)
