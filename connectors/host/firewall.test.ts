import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BergfriedError } from '../../kernel/errors.ts'
import { memoryTransport } from '../../kernel/testing/memory-transport.ts'
import { hostFirewallConnector } from './firewall.connector.ts'
import { ruleRows } from './nft-rule.ts'
import { parseRuleset, rulesetDigest } from './nft-ruleset.ts'
import { collectFacts } from './testing/collect-facts.ts'

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/host-system/${name}`, import.meta.url), 'utf8')
const listing = fixture('nft-1.0.6.json')

const nft =
  (stdout: string, text = '') =>
  (args: readonly string[]) => ({ stdout: args[0] === '-j' ? stdout : text })

const host = (stdout = listing) =>
  memoryTransport({ commands: { nft: nft(stdout, 'table ip dorm {\n\tflags dormant\n}\n') } })

const rule = (...expr: unknown[]) => ({
  nftables: [
    { table: { family: 'inet', name: 't' } },
    { chain: { family: 'inet', table: 't', name: 'c', type: 'filter', hook: 'input', prio: 0, policy: 'drop' } },
    { set: { family: 'inet', table: 't', name: 'empty', type: 'ipv4_addr' } },
    {
      set: {
        family: 'inet',
        table: 't',
        name: 'many',
        elem: Array.from({ length: 300 }, (_, i) => `10.0.${i >> 8}.${i & 255}`),
      },
    },
    {
      set: {
        family: 'inet',
        table: 't',
        name: 'timed',
        elem: [{ elem: { val: '10.0.0.1', timeout: 60, expires: 7 } }],
      },
    },
    { rule: { family: 'inet', table: 't', chain: 'c', handle: 4, expr } },
  ],
})
const rowsOf = (...expr: unknown[]) => ruleRows(parseRuleset(JSON.stringify(rule(...expr))), () => true)
const saddr = (right: unknown) => ({
  match: { op: '==', left: { payload: { protocol: 'ip', field: 'saddr' } }, right },
})

describe('rules', () => {
  it('reads every rule of a real rule set', async () => {
    const { facts, failures } = await collectFacts(hostFirewallConnector, host())
    expect(failures).toEqual({})
    const lines = facts.nft_rule.map((row) =>
      [
        `${row.tableName}/${row.chain}/${row.position}`,
        row.verdict,
        row.matches.join(' & '),
        row.ports.join(', '),
        row.sources.join(', '),
      ].join(' | '),
    )
    await expect(lines.join('\n')).toMatchFileSnapshot('../../fixtures/host-system/nft-1.0.6.rules.txt')
    expect(facts.nft_rule.find((row) => row.comment !== null)?.comment).toBe('admins')
  })

  it('leaves out what is dormant, although nft 1.0.6 prints other words for its flags', async () => {
    expect(listing).not.toContain('dormant')
    const { facts } = await collectFacts(hostFirewallConnector, host())
    expect(facts.nft_base_chain.map((row) => row.tableName)).not.toContain('dorm')
    expect(facts.firewall_state).toMatchObject([
      { tables: 3, nftInstalled: true, iptablesNftTables: [], legacyTables: [] },
    ])
  })

  it('never shows "any source" for a set that is empty, long or changes by itself', () => {
    for (const name of ['@empty', '@many', '@timed', '@unknown'])
      expect(rowsOf(saddr(name), { accept: null })[0]?.sources).toEqual([name])
    expect(rowsOf(saddr({ set: [] }), { accept: null })[0]?.sources).toEqual(['{ }'])
  })

  it('keeps what it does not know as a condition', () => {
    const [row] = rowsOf({ quantum: { spin: 'up' } }, { accept: null })
    expect(row).toMatchObject({ verdict: 'accept', matches: ['quantum {"spin":"up"}'], ports: [], sources: [] })
    expect(rowsOf({ match: { op: '==', left: { new: { a: 1 } }, right: 3 } }, { drop: null })[0]?.matches).toEqual([
      'new {"a":1} == 3',
    ])
    expect(
      rowsOf({ xt: { type: 'match', name: 'multiport' } }, { xt: { type: 'target', name: 'REJECT' } })[0],
    ).toMatchObject({
      verdict: 'reject',
      matches: ['xt multiport'],
    })
  })

  it('counts a verdict map as one rule for each verdict', () => {
    const vmap = {
      key: { payload: { protocol: 'tcp', field: 'dport' } },
      data: {
        set: [
          [22, { accept: null }],
          [23, { drop: null }],
          [80, { accept: null }],
        ],
      },
    }
    expect(rowsOf({ vmap })).toMatchObject([
      { position: 1, verdict: 'accept', ports: ['tcp 22', 'tcp 80'] },
      { position: 2, verdict: 'drop', ports: ['tcp 23'] },
    ])
    expect(rowsOf({ vmap: { key: vmap.key, data: '@gone' } })).toMatchObject([
      { verdict: 'none', matches: ['tcp dport vmap @gone'] },
    ])
  })

  it('survives any JSON: rows or a typed refusal', () => {
    const key = fc.constantFrom(
      'match',
      'left',
      'right',
      'op',
      'set',
      'range',
      'concat',
      'payload',
      'field',
      'protocol',
      'vmap',
      'elem',
      'prefix',
    )
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom('@empty', 'dport', 'saddr', 'ip', '==', 5, null, true),
        tie('list'),
        tie('object'),
      ),
      list: fc.array(tie('tree'), { maxLength: 4 }),
      object: fc.dictionary(key, tie('tree'), { maxKeys: 3 }),
    }))
    fc.assert(
      fc.property(fc.array(tree, { maxLength: 4 }), (expr) => {
        for (const row of rowsOf(...expr)) expect(row.position).toBeGreaterThan(0)
      }),
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          tree.map((inner) => JSON.stringify({ nftables: [{ rule: inner }, { chain: inner }, inner] })),
        ),
        (text) => {
          try {
            ruleRows(parseRuleset(text), () => true)
          } catch (error) {
            expect(error).toBeInstanceOf(BergfriedError)
          }
        },
      ),
    )
  })

  it('does not follow nesting without end', () => {
    const nested = `${'{"&":['.repeat(50_000)}1${']}'.repeat(50_000)}`
    const text = JSON.stringify(rule({ match: { op: '==', left: 'DEEP', right: 1 } }, { accept: null })).replace(
      '"DEEP"',
      nested,
    )
    expect(ruleRows(parseRuleset(text), () => true)[0]?.matches[0]).toContain('…')
    expect(rulesetDigest(parseRuleset(text), () => [])).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('digest', () => {
  const digest = (text: string): string => rulesetDigest(parseRuleset(text), () => [])
  const base = JSON.stringify(rule(saddr('@empty'), { counter: { packets: 5, bytes: 7 } }, { accept: null }))

  it('stays with traffic, handles, foreign memory and time', () => {
    expect(digest(base.replace('"packets":5', '"packets":6').replace('"handle":4', '"handle":9'))).toBe(digest(base))
    expect(digest(base.replace('"name":"t"}', '"name":"t","flags":"Lester"}'))).toBe(digest(base))
    expect(digest(base.replace('"expires":7', '"expires":6'))).toBe(digest(base))
  })

  it('changes with a rule, a policy and an element', () => {
    const others = [
      base.replace('{"accept":null}', '{"drop":null}'),
      base.replace('"drop"', '"accept"'),
      base.replace('"10.0.0.7"', '"10.9.9.9"'),
    ]
    for (const other of others) expect(digest(other)).not.toBe(digest(base))
  })
})

describe('state', () => {
  const [table] = [JSON.stringify(rule({ accept: null }))]
  const enabled = {
    '/etc/systemd/system/sysinit.target.wants/nftables.service': { link: '/lib/systemd/system/nftables.service' },
  }
  const persistent = async (
    files: Parameters<typeof memoryTransport>[0] & object,
  ): Promise<boolean | null | undefined> =>
    (await collectFacts(hostFirewallConnector, memoryTransport(files))).facts.firewall_state[0]?.persistent

  it('is persistent with rules in the file and the unit enabled, not with one of them', async () => {
    const commands = { nft: nft(table ?? '') }
    const conf = '#!/usr/sbin/nft -f\nflush ruleset\n\ttable inet filter {\n}\n'
    expect(await persistent({ commands, files: { ...enabled, '/etc/nftables.conf': conf } })).toBe(true)
    expect(
      await persistent({
        commands,
        files: { ...enabled, '/etc/nftables.conf': '#!/usr/sbin/nft -f\nflush ruleset\n# table inet filter {\n' },
      }),
    ).toBe(false)
    expect(await persistent({ commands, files: { '/etc/nftables.conf': conf } })).toBe(false)
    expect(await persistent({ commands: { nft: nft('{"nftables": []}') }, files: {} })).toBeNull()
  })

  it('sees tables of the legacy interface', async () => {
    const files = { '/proc/net/ip_tables_names': 'nat\nfilter\n', '/proc/net/ip6_tables_names': 'filter\n' }
    const { facts } = await collectFacts(
      hostFirewallConnector,
      memoryTransport({ files, commands: { nft: nft('{"nftables": []}') } }),
    )
    expect(facts.firewall_state[0]?.legacyTables).toEqual(['ip6:filter', 'ip:filter', 'ip:nat'])
  })

  it('says that nft is missing, and what iptables-save shows', async () => {
    const stdout = '# Generated by iptables-save v1.8.9 (nf_tables) on Mon\n*filter\n:INPUT DROP [0:0]\nCOMMIT\n'
    const { facts } = await collectFacts(
      hostFirewallConnector,
      memoryTransport({ commands: { 'iptables-save': { stdout } } }),
    )
    expect(facts.firewall_state).toMatchObject([
      { nftInstalled: false, iptablesNftTables: ['ip:filter'], rulesetDigest: null },
    ])
    expect(facts.nft_base_chain).toEqual([])
  })

  it('fails all kinds where it may not look', async () => {
    const stderr =
      'Operation not permitted (you must be root)\nnetlink: Error: cache initialization failed: Operation not permitted\n'
    const { failures } = await collectFacts(
      hostFirewallConnector,
      memoryTransport({ commands: { nft: { exitCode: 1, stderr } } }),
    )
    expect(failures).toEqual({
      firewall_state: 'collect.denied',
      nft_base_chain: 'collect.denied',
      nft_rule: 'collect.denied',
    })
  })
})
