import { describe, expect, it } from 'vitest'
import { PacketspaceError } from './errors.ts'
import { both, ctIs, type Family, type Formula, inRange } from './ir.ts'
import { Prover } from './prover.ts'
import { type NftOptions, readNftJson } from './read-nft-json.ts'
import { loaded } from './testing/nft.ts'
import { net, tcp } from './testing/questions.ts'

/** Rules of chain `input`, which drops the rest; `more` stands before it in the table. */
function prover(rules: string, more = '', family: Family = 'ip4', options: NftOptions = {}): Prover {
  const text = `table inet t {\n${more}\nchain input { type filter hook input priority 0; policy drop;\n${rules}\n} }`
  return new Prover(readNftJson(loaded(text), options), family)
}

const says = (p: Prover, question: Formula): string => p.reach('input', question).verdict
const ssh = tcp('10.0.0.1', '10.0.0.2', 22)
const udp = both(inRange('proto', 17), inRange('dport', 22), inRange('fragment', 0))

describe('nftables JSON', () => {
  it('negates inside the protocol that has the field', () => {
    expect(says(prover('ip saddr != 10.9.9.9 accept'), net('src', '10.0.0.1'))).toBe('always')
    expect(says(prover('ip saddr != 10.9.9.9 accept', '', 'ip6'), net('src', '2001:db8::1'))).toBe('never')
    expect(says(prover('tcp dport != 80 accept'), ssh)).toBe('always')
    expect(says(prover('tcp dport != 80 accept'), udp)).toBe('never')
  })

  it('reads sets, intervals, concatenations and prefixes of both families', () => {
    const sets = `set a { type ipv4_addr; flags interval; elements = { 10.0.0.0/24, 10.1.0.5-10.1.0.9 } }
      set c { type ipv4_addr . inet_service; elements = { 10.0.0.1 . 22 } }`
    expect(says(prover('ip saddr @a accept', sets), tcp('10.0.0.0/24', '10.9.9.9', 1))).toBe('always')
    expect(says(prover('ip saddr @a accept', sets), tcp('10.1.0.10', '10.9.9.9', 1))).toBe('never')
    expect(says(prover('ip saddr . tcp dport @c accept', sets), ssh)).toBe('always')
    expect(says(prover('ip saddr . tcp dport @c accept', sets), tcp('10.0.0.2', '10.0.0.2', 22))).toBe('never')
    expect(says(prover('ip6 saddr 2001:db8::/32 accept', '', 'ip6'), net('src', '2001:db8::/48'))).toBe('always')
  })

  it('goes on behind a verdict map only for elements that say continue', () => {
    const p = prover('tcp dport vmap { 22 : continue, 23 : drop, 24 : jump c } accept', 'chain c { accept\n }')
    expect(says(p, ssh)).toBe('always')
    expect(says(p, tcp('10.0.0.1', '10.0.0.2', 23))).toBe('never')
    expect(says(p, tcp('10.0.0.1', '10.0.0.2', 24))).toBe('always')
    expect(says(p, tcp('10.0.0.1', '10.0.0.2', 25))).toBe('never')
  })

  it('comes back from a jump, and not from a goto', () => {
    const chain = 'chain c { tcp dport 23 accept\n }'
    expect(says(prover('jump c\naccept', chain), ssh)).toBe('always')
    expect(says(prover('goto c\naccept', chain), ssh)).toBe('never')
    expect(says(prover('jump c\naccept', 'chain c { return\n }'), ssh)).toBe('always')
  })

  it('lets a packet pass only where every base chain of the hook does', () => {
    const other = 'chain other { type filter hook input priority 10; policy accept;\n tcp dport 22 drop\n }'
    expect(says(prover('accept', other), ssh)).toBe('never')
    expect(says(prover('accept', other), udp)).toBe('always')
  })

  it('tells states of connections and flags apart as the kernel does', () => {
    expect(says(prover('ct state established,related accept'), both(ssh, ctIs('new')))).toBe('never')
    expect(says(prover('ct state != established accept'), both(ssh, ctIs('new')))).toBe('always')
    const synAck: Formula = both(ssh, { op: 'flags', mask: 255, equals: 18 })
    expect(says(prover('tcp flags syn accept'), synAck)).toBe('always')
    expect(says(prover('tcp flags == syn accept'), synAck)).toBe('never')
    expect(says(prover('tcp flags & (syn | ack) == syn accept'), synAck)).toBe('never')
  })

  it('knows that a later fragment has no ports', () => {
    const later = both(net('src', '10.0.0.1'), inRange('proto', 6), inRange('fragment', 1))
    expect(says(prover('tcp dport 22 accept'), later)).toBe('never')
    expect(says(prover('ip frag-off & 0x1fff != 0 accept'), later)).toBe('always')
  })

  it.each([
    ['limit rate 5/minute accept', 'limit'],
    ['ct count over 20 accept', 'ct count'],
    ['add @d { ip saddr } accept', '"set"'],
    ['ip saddr @d accept', 'in "@d"'],
    ['meta mark 1 accept', 'mark'],
    ['fib daddr type local accept', 'fib'],
    ['meta hour "08:00"-"18:00" accept', 'hour'],
    ['meta skuid 0 accept', 'skuid'],
    ['ether saddr 00:11:22:33:44:55 accept', 'ether'],
    ['@th,32,16 7 accept', 'base'],
    ['numgen random mod 2 0 accept', 'numgen'],
  ])('says "undecided" of %s and why, never allowed and never denied', (rule, why) => {
    const set = 'set d { type ipv4_addr; size 100; flags dynamic; }\nchain w { add @d { ip saddr }\n }'
    const { verdict, undecided } = prover(rule, set).reach('input', ssh)
    expect(verdict).toBe('undecided')
    expect(undecided?.because.join()).toContain(why)
  })

  it('proves over one unknown predicate that is asked twice', () => {
    expect(says(prover('meta skuid 0 accept\nmeta skuid 0 drop\naccept'), ssh)).toBe('always')
    expect(says(prover('meta mark 1 accept\nmeta mark != 1 accept'), ssh)).toBe('always')
    // A mark that rules write may differ from one question to the next.
    expect(says(prover('meta mark 1 accept\nmeta mark set 2\nmeta mark != 1 accept'), ssh)).toBe('undecided')
  })

  it('takes a field that rules rewrite for unknown', () => {
    expect(says(prover('ip daddr set 10.7.7.7\nip daddr 10.0.0.2 accept'), ssh)).toBe('undecided')
  })

  it.each([
    ['has never heard of', { teleport: { to: 'mars' } }],
    ['leaves to somebody else', { queue: { num: 1 } }],
  ])('lets nothing pass and drops nothing that it %s', (_, statement) => {
    const doc = loaded(
      'table inet t { chain input { type filter hook input priority 0; policy drop;\n accept\n } }',
    ) as {
      nftables: { rule?: { expr: unknown[] } }[]
    }
    for (const object of doc.nftables) object.rule?.expr.unshift(statement)
    const rules = readNftJson(doc)
    expect(new Prover(rules, 'ip4').reach('input', ssh).verdict).toBe('undecided')
    expect(rules.blindSpots.map((s) => s.code)).toContain('unknown-verdict')
  })

  it('separates elements that are there now from those that stay', () => {
    const set = 'set s { type ipv4_addr; flags timeout; elements = { 10.0.0.1 timeout 1h } }'
    expect(says(prover('ip saddr @s accept', set), ssh)).toBe('always')
    expect(says(prover('ip saddr @s accept', set, 'ip4', { elements: 'expired' }), ssh)).toBe('never')
  })

  it('counts a dormant table as none, and one with unreadable flags as unknown', () => {
    const text = 'table ip t { flags dormant; chain i { type filter hook input priority 0; policy drop;\n } }'
    const doc = loaded(text) as { nftables: { table?: { flags?: string } }[] }
    const verdict = (options: NftOptions): string =>
      new Prover(readNftJson(doc, options), 'ip4').reach('input', ssh).verdict
    expect(verdict({ dormant: new Set(['ip t']) })).toBe('always')
    expect(verdict({ dormant: new Set() })).toBe('never')
    for (const { table } of doc.nftables) if (table !== undefined) table.flags = 'Lester Gooch #5'
    expect(verdict({})).toBe('undecided')
  })

  it('asks chains of type nat only where connections are tracked, and only for first packets', () => {
    const nat = 'chain n { type nat hook input priority 100; policy accept;\n tcp dport 22 drop\n }'
    const established = tcp('10.0.0.1', '10.0.0.2', 22, 'established')
    expect(says(prover('accept', nat), ssh)).toBe('always')
    expect(says(prover('ct state invalid drop\naccept', nat), ssh)).toBe('never')
    expect(says(prover('ct state invalid drop\naccept', nat), established)).toBe('always')
  })

  it('treats interfaces that no rule names as one more, and prefixes as sets', () => {
    const on = (iif: string): Formula => both(ssh, { op: 'interface', field: 'iif', names: [iif] })
    expect(says(prover('iifname "eth*" accept'), on('eth7'))).toBe('always')
    expect(says(prover('iifname != "eth0" accept'), on('ppp0'))).toBe('always')
    expect(says(prover('iifname != "eth0" accept'), on('eth0'))).toBe('never')
  })

  it('refuses loops, missing chains and what is no rule set', () => {
    expect(() => readNftJson([])).toThrow(PacketspaceError)
    const rule = { family: 'ip', table: 't', chain: 'c', expr: [{ jump: { target: 'c' } }] }
    const chain = { family: 'ip', table: 't', name: 'c', type: 'filter', hook: 'input', prio: 0, policy: 'drop' }
    const looped = new Prover(readNftJson({ nftables: [{ chain }, { rule }] }), 'ip4')
    expect(() => looped.reach('input', ssh)).toThrow(expect.objectContaining({ code: 'loop' }))
    const lost = { ...rule, expr: [{ jump: { target: 'nowhere' } }] }
    const missing = new Prover(readNftJson({ nftables: [{ chain }, { rule: lost }] }), 'ip4')
    expect(() => missing.reach('input', ssh)).toThrow(expect.objectContaining({ code: 'missing' }))
  })
})
