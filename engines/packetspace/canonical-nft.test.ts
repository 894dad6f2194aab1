import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { canonicalNft, dormantTables, nftDigest } from './canonical-nft.ts'
import { type NftListing, sameMeaning } from './same-meaning.ts'

const metainfo = { metainfo: { version: '1.0.6', release_name: 'Lester Gooch #5', json_schema_version: 1 } }
const table = { table: { family: 'inet', name: 'fw', handle: 1 } }
const chain = (policy = 'drop') => ({
  chain: { family: 'inet', table: 'fw', name: 'in', handle: 1, type: 'filter', hook: 'input', prio: 0, policy },
})
const port = (right: unknown) => ({
  match: { op: '==', left: { payload: { protocol: 'tcp', field: 'dport' } }, right },
})
const rule = (handle: number, ...expr: readonly unknown[]) => ({
  rule: { family: 'inet', table: 'fw', chain: 'in', handle, expr },
})
const listing = (...objects: readonly unknown[]): NftListing => ({
  json: { nftables: [metainfo, table, chain(), ...objects] },
  text: '',
})
const accept = { accept: null }
const form = ({ json, text }: NftListing): string => canonicalNft(json, text)

describe('the canonical form', () => {
  it('is the same whatever was counted, numbered or is left of a timeout', () => {
    const set = (expires: number) => ({
      set: {
        family: 'inet',
        name: 's',
        table: 'fw',
        type: 'ipv4_addr',
        handle: 9,
        elem: [{ elem: { val: '192.0.2.1', timeout: 60, expires } }],
      },
    })
    const [a, b] = [
      listing(set(50), rule(4, port(22), { counter: { packets: 0, bytes: 0 } }, accept)),
      listing(set(3), rule(8, port(22), { counter: { packets: 7, bytes: 420 } }, accept)),
    ]
    expect(form(a)).toBe(form(b))
  })

  it('does not know the order of elements, and knows the order of rules', () => {
    expect(form(listing(rule(1, port({ set: [22, 80] }), accept)))).toBe(
      form(listing(rule(1, port({ set: [80, 22] }), accept))),
    )
    const [one, two] = [rule(1, port(22), accept), rule(2, port(80), { drop: null })]
    expect(form(listing(one, two))).not.toBe(form(listing(two, one)))
  })

  it('differs where a rule, a policy, or the sleep of a table differs', () => {
    const forms = [
      form(listing()),
      form(listing(rule(1, port(22), accept))),
      form(listing(rule(1, port(23), accept))),
      form({ json: { nftables: [table, chain('accept')] }, text: '' }),
      form({ ...listing(), text: 'table inet fw {\n\tflags dormant\n\n\tchain in {\n' }),
    ]
    expect(new Set(forms).size).toBe(forms.length)
    expect([...dormantTables('table inet fw {\n\tcomment "x"\n\tflags dormant\n')]).toEqual(['inet fw'])
  })

  it('is refused for what is no rule set', () => {
    expect(() => nftDigest({}, '')).toThrow('nftables')
  })

  it('is the same for what a kernel lists and for what it lists of that again', ({ skip }) => {
    skip(process.getuid?.() !== 0, 'needs root')
    const text =
      'table ip f {\n\tset a { type ipv4_addr; flags interval; elements = { 10.0.0.0/8, 192.0.2.1 } }\n' +
      '\tchain i { type filter hook input priority 0; policy drop; ip saddr @a counter accept; tcp dport { 22, 80 } accept; }\n}\n'
    const listed = (rules: string): NftListing => {
      const [json = '', out = ''] = execFileSync(
        'unshare',
        ['--net', 'sh', '-c', 'nft -f - && nft -j list ruleset && echo === && nft list ruleset'],
        {
          input: rules,
          encoding: 'utf8',
        },
      ).split('===\n')
      return { json: JSON.parse(json), text: out }
    }
    const first = listed(text)
    expect(form(listed(first.text))).toBe(form(first))
  })
})

describe('the same meaning', () => {
  it('have rules that are written in another way', () => {
    const [one, two] = [
      listing(rule(1, port(22), accept), rule(2, port(23), accept)),
      listing(rule(1, port({ range: [22, 23] }), accept)),
    ]
    expect(form(one)).not.toBe(form(two))
    expect(sameMeaning(one, two)).toBe('equal')
  })

  it('have not what lets a packet more through', () => {
    expect(sameMeaning(listing(rule(1, port(22), accept)), listing(rule(1, port({ range: [22, 24] }), accept)))).toBe(
      'different',
    )
  })

  it('is not said of rules that mark, translate or hang on what nobody can evaluate', () => {
    const mark = { mangle: { key: { meta: { key: 'mark' } }, value: 1 } }
    expect(sameMeaning(listing(rule(1, port(22), mark)), listing())).toBe('undecided')
    const owner = { match: { op: '==', left: { meta: { key: 'skuid' } }, right: 0 } }
    expect(sameMeaning(listing(rule(1, owner, accept)), listing())).toBe('undecided')
  })
})
