import { execFileSync } from 'node:child_process'
import { beforeEach, describe, expect, it } from 'vitest'
import { dormantTables } from '../../engines/packetspace/canonical-nft.ts'
import { readNftJson } from '../../engines/packetspace/read-nft-json.ts'
import { systemClock } from '../../kernel/clock/clock.ts'
import { networkOf, networkShape } from '../../kernel/config/network-config.ts'
import { blindSpots } from './intents/blind-spots.ts'
import type { HostRules } from './intents/prove.ts'

const config = (hosts: readonly string[] = []) =>
  networkOf(networkShape.network.parse({ segments: { data: { addresses: ['10.1.0.0/24'], hosts } } }))

/** Rules as a kernel gives them back, from a namespace that is gone afterwards. */
function known(ruleset: string): ReadonlyMap<string, HostRules> {
  const script = 'nft -f - && nft -j list ruleset && echo && nft list ruleset'
  const said = execFileSync('unshare', ['-rn', 'sh', '-c', script], {
    input: ruleset,
    encoding: 'utf8',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', TZ: 'UTC' },
  })
  const [first = '', ...rest] = said.split('\n')
  const [json, text]: [unknown, string] = [JSON.parse(first), rest.join('\n')]
  const rules = readNftJson(json, { dormant: dormantTables(text) })
  return new Map([['db-1', { host: 'db-1', json, text, rules, seenAt: systemClock.now() }]])
}
const spots = (ruleset: string) => blindSpots(config(), known(ruleset)).map(({ spot }) => spot)
const input = (family: string, rules: string, flags = '') =>
  `table ${family} f { ${flags}\nchain i { type filter hook input priority 0; policy drop;\n${rules}\n}\n}\n`

describe('blind spots of rules that a real kernel has', () => {
  beforeEach(({ skip }) => skip(process.getuid?.() !== 0, 'needs root'))

  it('are none where everything is read and both families are guarded', () => {
    expect(spots(input('inet', 'tcp dport 22 accept'))).toEqual(['none'])
  })

  it('are rules for one family only, in either', () => {
    expect(spots(input('ip', 'tcp dport 22 accept'))).toEqual(['one-family'])
    expect(spots(input('ip6', 'tcp dport 22 accept'))).toEqual(['one-family'])
    expect(spots(input('ip', '') + input('ip6', ''))).toEqual(['none'])
  })

  it('are tables that sleep', () => {
    expect(spots(input('inet', 'tcp dport 22 accept', 'flags dormant;'))).toContain('dormant-table')
  })

  it('are services that are translated past input, and not what is redirected to the host itself', () => {
    const nat = (rule: string) =>
      `${input('inet', '')}table ip n { chain p { type nat hook prerouting priority -100; policy accept;\n${rule}\n}\n}`
    expect(spots(nat('tcp dport 8080 dnat to 172.17.0.2:80'))).toEqual(['nat-around-input'])
    expect(spots(nat('tcp dport 8080 redirect to :80'))).toEqual(['none'])
    expect(spots(nat('tcp dport 8080 drop'))).toEqual(['nat-without-conntrack'])
  })

  it('are matches on ip6 nexthdr', () => {
    expect(spots(input('inet', 'ip6 nexthdr tcp accept'))).toContain('nexthdr')
  })

  it('are limits, owners and sets that packets change, counted by kind with an example', () => {
    const rules =
      'limit rate 1/second accept\nmeta skuid 0 accept\nmeta skuid 1 accept\nip saddr @s add @s { ip saddr } accept'
    const dynamic = input('inet', rules, 'set s { type ipv4_addr; flags dynamic; size 9; }')
    const found = blindSpots(config(), known(dynamic))
    expect(found.map(({ spot }) => spot).sort()).toEqual(['dynamic-set', 'opaque-match', 'stateful-match'])
    expect(found.find(({ spot }) => spot === 'opaque-match')).toMatchObject({
      places: 2,
      example: expect.stringContaining('skuid'),
    })
  })
})

it('a host of a segment whose rules nobody tells is a blind spot', () => {
  expect(blindSpots(config(['db-2']), new Map())).toMatchObject([{ host: 'db-2', spot: 'unmanaged-host', places: 1 }])
})
