import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { interfacesOf, PacketSpace } from './packet-fields.ts'
import { readNftJson } from './read-nft-json.ts'
import { reviewRules } from './review.ts'
import { Analysis } from './summary.ts'

const FOLDER = fileURLToPath(new URL('../../../shared/data/network/nft/', import.meta.url))
const read = (name: string): unknown => JSON.parse(readFileSync(`${FOLDER}${name}`, 'utf8'))

describe.skipIf(!existsSync(FOLDER))('a dump with every construct of nft (needs ../shared/data)', () => {
  // Without the data there is nothing to read; the tests are skipped then.
  const rules = readNftJson(existsSync(FOLDER) ? read('01-constructs.json') : { nftables: [] })

  it('is read in whole: what cannot be evaluated is a blind spot, not an unknown statement', () => {
    expect(rules.blindSpots.filter((s) => s.code === 'unknown-verdict')).toEqual([])
    expect(new Set(rules.blindSpots.map((s) => s.code))).toEqual(
      new Set([
        'opaque-match',
        'stateful-match',
        'dynamic-set',
        'interface-index',
        'nexthdr',
        'dormant-table',
        'unread-family',
        'mangled-field',
      ]),
    )
  })

  it.each(['ip4', 'ip6'] as const)(
    'can be judged for %s at every hook, and the chain nobody calls is found',
    (family) => {
      const analysis = new Analysis(new PacketSpace(family, interfacesOf(rules)), rules)
      const states = reviewRules(analysis).filter((f) => f.chain === 'inet fw/dead')
      expect(states.map((f) => f.state)).toEqual(['unreachable'])
      for (const hook of ['prerouting', 'input', 'forward', 'output', 'postrouting'] as const)
        expect(analysis.hook(hook).mayAccept).not.toBe(analysis.hook(hook).mayDrop)
    },
  )

  it('of iptables-nft hides its extensions, which leaves the verdicts undecided', () => {
    const opaque = readNftJson(read('02-iptables-nft.json'))
    const names = opaque.blindSpots.flatMap((s) => /xt match (\w+)/.exec(s.text)?.[1] ?? [])
    expect(names).toEqual(expect.arrayContaining(['conntrack', 'multiport', 'mac', 'recent', 'string', 'set']))
  })
})
