// `npm run soak -- packetspace [PACKETS] [SEED]`: random rule sets, each packet judged by the interpreter and by the sets; then as many
// packets through rule sets that this kernel has loaded. The second part needs root; without it the run fails.
import { randomInt } from 'node:crypto'
import { interpret } from './interpret.ts'
import type { Family } from './ir.ts'
import { interfacesOf, PacketSpace } from './packet-fields.ts'
import { contains } from './packet-point.ts'
import { Analysis } from './summary.ts'
import { compareWithKernel } from './testing/kernel-comparison.ts'
import { randomNumbers, randomPacket, randomRuleSet } from './testing/random-rules.ts'

const PACKETS_PER_SET = 400
const [packets = '200000', seed = String(randomInt(2 ** 32))] = process.argv.slice(2)
process.stdout.write(`seed ${seed}\n`)
const families: Family[] = ['ip4', 'ip6']

let judged = 0
let wrong = 0
for (let set = Number(seed); judged < Number(packets); set++) {
  const random = randomNumbers(set)
  const rules = randomRuleSet(random, 4 + (set % 30))
  const family = families[set % 2] ?? 'ip4'
  const space = new PacketSpace(family, interfacesOf(rules))
  const { mayAccept, mayDrop } = new Analysis(space, rules).hook('forward')
  for (let i = 0; i < PACKETS_PER_SET; i++, judged++) {
    const packet = randomPacket(random, family)
    const { verdict } = interpret(rules, 'forward', packet)
    const may = contains(space, mayAccept, packet)
      ? contains(space, mayDrop, packet)
        ? 'undecided'
        : 'accept'
      : 'drop'
    if (may === verdict) continue
    wrong++
    process.stdout.write(`rule set ${set}, packet ${i}: interpreter ${verdict}, sets ${may}\n`)
  }
}
process.stdout.write(`${judged} packets judged, ${wrong} disagreements\n`)
const { disagreements, ...counts } = await compareWithKernel(Number(seed), Number(packets))
process.stdout.write(`${disagreements.slice(0, 5).join('\n')}\nbeside the kernel: ${JSON.stringify(counts)}\n`)
process.stdout.write(`${counts.packets} verdicts of the kernel, ${disagreements.length} disagreements\n`)
process.exitCode = wrong === 0 && disagreements.length === 0 ? 0 : 1
