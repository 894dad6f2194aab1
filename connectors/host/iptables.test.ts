import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memoryTransport } from '../../kernel/testing/memory-transport.ts'
import { hostFirewallConnector } from './firewall.connector.ts'
import { parseSaved } from './iptables-save.ts'
import { collectFacts } from './testing/collect-facts.ts'

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/host-system/${name}`, import.meta.url), 'utf8')
const saved = fixture('iptables-save.txt')

const rules = async (save: string | null) => {
  const commands = {
    nft: { stdout: fixture('iptables-nft.json') },
    'iptables-save': save === null ? null : { stdout: save },
  }
  const { facts, failures } = await collectFacts(hostFirewallConnector, memoryTransport({ commands }))
  expect(failures).toEqual({})
  return facts.nft_rule
}

describe('rules of iptables-nft', () => {
  it('are read with what iptables-save says of their matches', async () => {
    const lines = (await rules(saved)).map((row) =>
      [row.verdict, row.matches.join(' & '), row.ports.join(', '), row.sources.join(', '), row.comment ?? ''].join(
        ' | ',
      ),
    )
    expect(lines).toEqual([
      'accept | iifname == lo |  |  | ',
      'accept | ct state in related,established |  |  | ',
      'drop | ct state in invalid |  |  | ',
      'accept | meta l4proto == icmp & icmp type == 8 |  |  | ',
      'return | fib daddr type == { broadcast } |  |  | ',
      'jump:ufw-user-input |  |  |  | ',
      'accept | ip saddr == 10.0.0.0/8 & tcp dport == 22 | tcp 22 | 10.0.0.0/8 | admin "net" only',
      'accept | meta l4proto == tcp & tcp dport == { 80, 443, 8000-8100 } | tcp 80, tcp 443, tcp 8000-8100 |  | ',
      'drop | meta l4proto == tcp & tcp dport != { 1, 2 } | tcp != 1, tcp != 2 |  | ',
      'accept | udp dport == 53 & limit rate 3/minute | udp 53 |  | ',
      'accept | meta l4proto == tcp & ip saddr == 192.168.1.10-192.168.1.20 & tcp dport == 9100 | tcp 9100 | 192.168.1.10-192.168.1.20 | ',
      'accept | ether saddr == 00:11:22:33:44:55 |  |  | ',
      'none | xt recent --set --name ssh --mask 255.255.255.255 --rsource |  |  | ',
      'accept | meta l4proto == tcp & ct state in new & tcp dport == 2222 | tcp 2222 |  | ',
      'drop | meta pkttype == broadcast |  |  | ',
      'drop | xt string --string x y --algo bm |  |  | ',
      'none | ct state != new |  |  | ',
      'reject | tcp dport == 25 | tcp 25 |  | ',
    ])
  })

  it('keep the bare names where iptables-save is missing, is the legacy one, or has another number of rules', async () => {
    const others = [null, saved.replace('(nf_tables)', ''), saved.replace(/^-A INPUT -i lo.*\n/m, '')]
    for (const other of others) expect((await rules(other))[1]?.matches).toEqual(['xt conntrack'])
  })

  it('are read from any text without failing', () => {
    const words = fc.constantFrom(
      '*filter',
      '-A',
      'INPUT',
      '-m',
      'conntrack',
      '--ctstate',
      '!',
      '"',
      '\\',
      '-j',
      'ACCEPT',
      '\n',
      '(nf_tables)',
      ' ',
    )
    fc.assert(
      fc.property(
        fc.array(words).map((list) => list.join(' ')),
        (text) => {
          const parsed = parseSaved(text)
          if (!text.includes('(nf_tables)')) expect(parsed).toBeNull()
          else
            expect([...(parsed ?? [])].flatMap(([, list]) => list).length).toBeLessThanOrEqual(text.split('\n').length)
        },
      ),
    )
  })
})
