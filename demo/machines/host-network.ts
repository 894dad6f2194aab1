import { hash } from 'node:crypto'
import type { Fact } from '../../facts/kinds.ts'
import { COMPANY, type DemoHost } from '../company.ts'
import type { FactsOf } from '../facts-of.ts'

/** What listens, and a firewall that denies by default and lets in exactly that. */
export function hostNetwork(host: DemoHost): FactsOf {
  const rules = [
    rule(1, 'accept', ['ct state in established,related']),
    rule(2, 'drop', ['ct state in invalid']),
    rule(3, 'accept', ['iifname == lo']),
    rule(4, 'accept', ['meta l4proto == { icmp, ipv6-icmp }']),
    opening(5, 22, COMPANY.adminNetwork, 'ssh from the administration network'),
    ...host.listens.map(({ port, from, process }, n) => opening(6 + n, port, from, process)),
  ]
  return {
    listener: [
      listener('0.0.0.0', 22, 'sshd', 'root'),
      ...host.listens.map(({ port, process }) =>
        listener('0.0.0.0', port, process, process === 'nginx' ? 'root' : process),
      ),
    ],
    firewall_state: [
      {
        nftInstalled: true,
        legacyTables: [],
        iptablesNftTables: [],
        persistent: true,
        tables: 1,
        rules: rules.length,
        rulesetDigest: hash('sha256', JSON.stringify(rules), 'hex'),
      },
    ],
    nft_base_chain: [chain('input', 'drop', rules.length), chain('forward', 'drop', 0), chain('output', 'accept', 0)],
    nft_rule: rules,
    privileged_process: [
      { process: 'systemd-timesyn', account: 'systemd-timesync', capabilities: ['cap_sys_time'] },
      { process: 'systemd-network', account: 'systemd-network', capabilities: ['cap_net_admin'] },
    ],
  }
}

export const listener = (address: string, port: number, process: string, account: string): Fact<'listener'> => ({
  protocol: 'tcp',
  address,
  port,
  reach: address === '127.0.0.1' ? 'loopback' : 'any',
  process,
  account,
})

/** A rule that lets a port in, from one network or from everywhere. */
export const opening = (position: number, port: number, from: string | null, comment: string): Fact<'nft_rule'> => ({
  ...rule(position, 'accept', [...(from === null ? [] : [`ip saddr == ${from}`]), `tcp dport == ${port}`]),
  ports: [`tcp ${port}`],
  sources: from === null ? [] : [from],
  comment,
})

const rule = (position: number, verdict: string, matches: readonly string[]): Fact<'nft_rule'> => ({
  family: 'inet',
  tableName: 'filter',
  chain: 'input',
  position,
  verdict,
  matches: [...matches],
  ports: [],
  sources: [],
  comment: null,
})

const chain = (name: string, policy: 'accept' | 'drop', rules: number): Fact<'nft_base_chain'> => ({
  family: 'inet',
  tableName: 'filter',
  chain: name,
  hook: name,
  priority: 0,
  policy,
  rules,
})
