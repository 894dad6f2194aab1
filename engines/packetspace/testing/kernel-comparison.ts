import { interpret } from '../interpret.ts'
import type { Family, NatTarget, RuleSet } from '../ir.ts'
import { formatPacket, type Packet } from '../packet.ts'
import { interfacesOf, PacketSpace } from '../packet-fields.ts'
import { contains } from '../packet-point.ts'
import { readNftJson } from '../read-nft-json.ts'
import { Analysis } from '../summary.ts'
import { KernelRig } from './kernel-rig.ts'
import { randomNft, randomPackets } from './random-nft.ts'
import { randomNumbers } from './random-rules.ts'

/** What came of a comparison with the kernel. `translated`: packets whose target a rule rewrote. */
export interface Compared {
  readonly ruleSets: number
  readonly refused: number
  readonly packets: number
  readonly passed: number
  readonly translated: number
  readonly disagreements: readonly string[]
}

const PER_SET = 400

/**
 * Makes rule sets, loads them into this kernel and sends packets through: each must come out or not as the interpreter says, and as the
 * sets say. A packet that was expected and did not come is sent once more, since wires may lose one under load.
 *
 * @throws where namespaces cannot be made: needs root
 */
export async function compareWithKernel(seed: number, least: number): Promise<Compared> {
  const random = randomNumbers(seed)
  const rig = KernelRig.start()
  let [ruleSets, refused, packets, passed, translated] = [0, 0, 0, 0, 0]
  const disagreements: string[] = []
  try {
    while (packets < least) {
      const text = randomNft(random)
      const sent = randomPackets(random, PER_SET)
      const json = rig.load(text)
      if (json === null) {
        refused++
        if (refused > 20 + ruleSets) throw new Error(`nft refuses too many rule sets, the last one:\n${text}`)
        continue
      }
      const rules = readNftJson(json)
      const behind = sent.map((packet) => afterTranslation(rules, packet))
      const expected = behind.map((packet) => verdictOf(rules, packet))
      const judge = { ip4: setsOf(rules, 'ip4'), ip6: setsOf(rules, 'ip6') }
      const came = (await rig.send(sent)).map((frame) => frame !== null)
      const lost = came.flatMap((yes, i) => (!yes && expected[i] === 'accept' ? [i] : []))
      if (lost.length > 0) {
        rig.forget()
        for (const [n, frame] of (await rig.send(lost.map((i) => sent[i] as Packet))).entries())
          if (frame !== null) came[lost[n] as number] = true
      }
      for (const [i, packet] of sent.entries()) {
        const after = behind[i] as Packet
        const kernel = came[i] === true ? 'accept' : 'drop'
        const sets = judge[packet.family](after)
        if (kernel !== expected[i] || kernel !== sets)
          disagreements.push(
            `seed ${seed}, rule set ${ruleSets}: ${formatPacket(packet)}: kernel ${kernel}, interpreter ${expected[i]}, sets ${sets}\n${text}`,
          )
        if (kernel === 'accept') passed++
        if (after !== packet) translated++
      }
      ruleSets++
      packets += sent.length
    }
  } finally {
    rig.stop()
  }
  return { ruleSets, refused, packets, passed, translated, disagreements }
}

const verdictOf = (rules: RuleSet, packet: Packet): string => interpret(rules, 'forward', packet).verdict

/** What the sets say of a packet: in one of both, or in both. */
function setsOf(rules: RuleSet, family: Family): (packet: Packet) => string {
  const space = new PacketSpace(family, [...interfacesOf(rules), 'eth0', 'eth1'])
  const { mayAccept, mayDrop } = new Analysis(space, rules).hook('forward')
  return (packet) => {
    const [accept, drop] = [contains(space, mayAccept, packet), contains(space, mayDrop, packet)]
    return accept === drop ? 'undecided' : accept ? 'accept' : 'drop'
  }
}

/** The packet as `forward` meets it: the last rule on its way through `prerouting` says where it goes. */
function afterTranslation(rules: RuleSet, packet: Packet): Packet {
  const last = interpret(rules, 'prerouting', packet).path.at(-1)
  const rule = [...rules.chains.values()].flatMap((chain) => chain.rules).find(({ id }) => id === last)
  const target = rule?.branches
    .map(({ action }) => (action.kind === 'nat' ? action.to : null))
    .find((to) => to !== null)
  return target === undefined || target === null ? packet : rewritten(packet, target)
}

function rewritten(packet: Packet, { addresses, ports }: NatTarget): Packet {
  return { ...packet, dst: addresses?.[0]?.lo ?? packet.dst, dport: Number(ports?.[0]?.lo ?? packet.dport) }
}
