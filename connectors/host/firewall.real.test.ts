import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { memoryTransport } from '../../kernel/testing/memory-transport.ts'
import { hostFirewallConnector } from './firewall.connector.ts'
import { localTransport } from './local-transport.ts'
import { findProgram } from './run-command.ts'
import { collectFacts } from './testing/collect-facts.ts'

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/host-system/${name}`, import.meta.url), 'utf8')

/** The same rule set as nft 1.0.6 printed it once. */
const golden = () => {
  const text = 'table ip dorm {\n\tflags dormant\n}\n'
  const nft = (args: readonly string[]) => ({ stdout: args[0] === '-j' ? fixture('nft-1.0.6.json') : text })
  return collectFacts(hostFirewallConnector, memoryTransport({ commands: { nft } }))
}

const possible =
  process.geteuid?.() === 0 && ['nft', 'unshare', 'nsenter'].every((program) => findProgram(program) !== null)

describe.skipIf(!possible)('a real rule set in a network namespace (needs root and nft)', () => {
  const holder = possible ? spawn('unshare', ['--net', 'sleep', '120'], { stdio: 'ignore' }) : null
  const pid = holder?.pid ?? 0
  const load = (ruleset: string) =>
    spawnSync('nsenter', [`--net=/proc/${pid}/ns/net`, '--', 'nft', '-f', '-'], { input: ruleset, encoding: 'utf8' })

  beforeAll(async () => {
    const own = readFileSync('/proc/self/net/dev', 'utf8')
    await vi.waitFor(() => expect(readFileSync(`/proc/${pid}/net/dev`, 'utf8')).not.toBe(own))
  })
  afterAll(() => holder?.kill('SIGKILL'))

  it('gives the chains and rules that were loaded, and the golden ones for the golden file', async () => {
    expect(load(fixture('ruleset.nft')).stderr).toBe('')
    const real = await collectFacts(hostFirewallConnector, localTransport({ netnsPid: pid }))
    const expected = await golden()
    expect(real.failures).toEqual({})
    expect(real.facts.nft_base_chain).toEqual(expected.facts.nft_base_chain)
    expect(real.facts.nft_rule.length).toBeGreaterThan(40)
    // Other releases of nft may word a match in another way.
    const release = spawnSync('nft', ['--version'], { encoding: 'utf8' }).stdout
    if (release.includes('v1.0.6 ')) expect(real.facts.nft_rule).toEqual(expected.facts.nft_rule)
    const again = await collectFacts(hostFirewallConnector, localTransport({ netnsPid: pid }))
    expect(again.facts.firewall_state).toEqual(real.facts.firewall_state)
  })

  it('gives a digest that a reload does not change and a rule does', async () => {
    const digest = async (): Promise<string | null | undefined> =>
      (await collectFacts(hostFirewallConnector, localTransport({ netnsPid: pid }))).facts.firewall_state[0]
        ?.rulesetDigest
    const rules =
      'flush ruleset\ntable ip a {\n set s { type ipv4_addr; elements = { 10.0.0.9, 10.0.0.3, 10.0.0.5 }\n }\n chain c { tcp dport 22 counter accept\n }\n}\n'
    load(rules)
    const first = await digest()
    load(rules)
    expect(await digest()).toBe(first)
    load('add rule ip a c drop')
    expect(await digest()).not.toBe(first)
  })

  const hasIptables = findProgram('iptables-save') !== null
  it.skipIf(!hasIptables)('reads the matches of iptables-nft rules (needs iptables)', async () => {
    load('flush ruleset')
    const enter = [`--net=/proc/${pid}/ns/net`, '--']
    const restored = spawnSync('nsenter', [...enter, 'iptables-restore'], {
      input: fixture('iptables.rules'),
      encoding: 'utf8',
    })
    expect(restored.stderr).toBe('')
    const { facts } = await collectFacts(hostFirewallConnector, localTransport({ netnsPid: pid }))
    if (spawnSync('iptables', ['--version'], { encoding: 'utf8' }).stdout.includes('legacy')) {
      return expect(facts.firewall_state[0]?.legacyTables).toEqual(['ip:filter'])
    }
    expect(facts.firewall_state[0]).toMatchObject({ iptablesNftTables: ['ip:filter'], legacyTables: [] })
    expect(facts.nft_rule.map((row) => row.matches.join(' & '))).toContain(
      'meta l4proto == tcp & tcp dport == { 80, 443, 8000-8100 }',
    )
  })
})
