import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { parseV4 } from './address.ts'
import { interpret } from './interpret.ts'
import type { Packet } from './packet.ts'
import { interfacesOf, PacketSpace } from './packet-fields.ts'
import { contains } from './packet-point.ts'
import { readNftJson } from './read-nft-json.ts'
import { Analysis } from './summary.ts'

const FILE = fileURLToPath(new URL('../../../shared/data/network/kernel-verdicts.jsonl.gz', import.meta.url))

interface Observed {
  readonly src: string
  readonly dst: string
  readonly proto: 'tcp' | 'udp' | 'icmp'
  readonly sport?: number
  readonly dport?: number
  readonly flags?: number
  readonly pass: 0 | 1
}

const PROTO = { tcp: 6, udp: 17, icmp: 1 }
/** First packets of a connection: what conntrack calls them by their flags (SYN and a bare ACK are new). */
const INVALID = [18, 17, 4]

const packetOf = (o: Observed): Packet => ({
  family: 'ip4',
  src: parseV4(o.src) ?? 0,
  dst: parseV4(o.dst) ?? 0,
  proto: PROTO[o.proto],
  sport: o.sport ?? 0,
  dport: o.dport ?? 0,
  icmpType: 8,
  icmpCode: 0,
  tcpFlags: o.flags ?? 0,
  ctState: o.proto === 'tcp' && INVALID.includes(o.flags ?? 0) ? 3 : 0,
  fragment: 0,
  iif: 'eth0',
  oif: 'eth1',
  opaque: new Map(),
})

describe.skipIf(!existsSync(FILE))('verdicts of a real kernel (needs ../shared/data)', () => {
  const lines = existsSync(FILE) ? gunzipSync(readFileSync(FILE)).toString().trim().split('\n') : []
  const recorded = lines.map((l) => JSON.parse(l) as { id: string; json: unknown; packets: Observed[] })

  it('are those of the sets of packets', () => {
    let wrong = 0
    for (const { json, packets } of recorded) {
      const rules = readNftJson(json)
      const space = new PacketSpace('ip4', [...interfacesOf(rules), 'eth0', 'eth1'])
      const { mayAccept, mayDrop } = new Analysis(space, rules).hook('forward')
      for (const packet of packets) {
        const accepted = contains(space, mayAccept, packetOf(packet))
        if (accepted !== (packet.pass === 1) || accepted === contains(space, mayDrop, packetOf(packet))) wrong++
      }
    }
    expect(wrong).toBe(0)
  })

  it('are those of the interpreter, packet by packet', () => {
    const wrong: string[] = []
    let count = 0
    for (const { id, json, packets } of recorded) {
      const rules = readNftJson(json)
      for (const packet of packets) {
        count++
        const { verdict } = interpret(rules, 'forward', packetOf(packet))
        if (verdict !== (packet.pass === 1 ? 'accept' : 'drop'))
          wrong.push(`${id} ${JSON.stringify(packet)} ${verdict}`)
      }
    }
    expect(wrong.slice(0, 3)).toEqual([])
    expect(count).toBe(60_000)
  })
})
