import { describe, expect, it } from 'vitest'
import { both, type Family, type Formula, inRange } from './ir.ts'
import { Prover } from './prover.ts'
import { readIptablesSave } from './read-iptables-save.ts'
import { net, tcp } from './testing/questions.ts'

function prover(rules: string, family: Family = 'ip4', chains = ''): Prover {
  const text = `*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n${chains}${rules}\nCOMMIT\n`
  return new Prover(readIptablesSave(text, family), family)
}

const says = (p: Prover, question: Formula): string => p.reach('input', question).verdict
const ssh = tcp('10.0.0.1', '10.0.0.2', 22)

describe('iptables-save', () => {
  it.each([
    ['-A INPUT -s 10.0.0.0/255.0.0.0 -p tcp -m tcp --dport 22 -j ACCEPT', 'always'],
    ['-A INPUT ! -s 10.0.0.0/8 -j ACCEPT', 'never'],
    ['-A INPUT -s ! 10.0.0.0/8 -j ACCEPT', 'never'],
    ['-A INPUT -p tcp -m multiport --dports 21:23,80 -j ACCEPT', 'always'],
    ['-A INPUT -p tcp -m multiport ! --dports 21:23,80 -j ACCEPT', 'never'],
    ['-A INPUT -m iprange --src-range 10.0.0.1-10.0.0.3 -j ACCEPT', 'always'],
    ['-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT', 'never'],
    ['-A INPUT -m state ! --state ESTABLISHED -m comment --comment "a \\"b\\" -j DROP" -j ACCEPT', 'always'],
    ['-A INPUT -p udp -m udp ! --dport 53 -j ACCEPT', 'never'],
    ['-A INPUT -m mac --mac-source 00:11:22:33:44:55 -j ACCEPT', 'undecided'],
    ['-A INPUT -m limit --limit 5/min -j ACCEPT', 'undecided'],
    ['-A INPUT -m nobody-knows --this 1 -j ACCEPT', 'undecided'],
    ['-A INPUT -j TARPIT', 'undecided'],
    ['-A INPUT -j LOG --log-prefix "x "\n-A INPUT -j ACCEPT', 'always'],
    ['[12:34] -A INPUT -j ACCEPT', 'always'],
  ])('%s: a new connection to port 22 from 10.0.0.1 %s', (rule, verdict) => {
    expect(says(prover(rule), ssh)).toBe(verdict)
  })

  it('comes back from -j, and not from -g', () => {
    const chains = ':c - [0:0]\n'
    const body = '-A c -p udp -j DROP\n'
    expect(says(prover(`${body}-A INPUT -j c\n-A INPUT -j ACCEPT`, 'ip4', chains), ssh)).toBe('always')
    expect(says(prover(`${body}-A INPUT -g c\n-A INPUT -j ACCEPT`, 'ip4', chains), ssh)).toBe('never')
  })

  it('reads the other family with its own addresses and ICMP', () => {
    const p = prover('-A INPUT -s 2001:db8::/32 -p ipv6-icmp -m icmp6 --icmpv6-type 128 -j ACCEPT', 'ip6')
    const ping = both(net('src', '2001:db8::1'), inRange('proto', 58), inRange('icmpType', 128), inRange('fragment', 0))
    expect(says(p, ping)).toBe('always')
    expect(says(p, both(ping, inRange('icmpType', 129)))).toBe('empty')
  })

  it('shows a violation with the packet, the rules on its way and their text', () => {
    const p = prover(
      '-A INPUT -i lo -j ACCEPT\n-A c -s 10.0.0.0/8 -p tcp -j ACCEPT\n-A INPUT -j c',
      'ip4',
      ':c - [0:0]\n',
    )
    const { verdict, witness } = p.proveNone('input', tcp('10.0.0.1', '10.0.0.2', 22))
    expect(verdict).toBe('violated')
    expect(witness?.path.at(-1)).toBe('ip filter/c#0')
    expect(witness?.packet).toMatchObject({ src: 0x0a000001, dport: 22, ctState: 0 })
  })

  it.each([
    ['-A INPUT -j ACCEPT', 'line 1'],
    ['*filter\n-A NOWHERE -j ACCEPT', 'line 2'],
    ['*filter\n:INPUT DROP [0:0]\n-I INPUT -j ACCEPT', 'line 3'],
    ['*filter\n:INPUT DROP [0:0]\n-A INPUT -s 10.0.0.999 -j ACCEPT', '10.0.0.999'],
  ])('refuses %j and names the place', (text, place) => {
    expect(() => readIptablesSave(text, 'ip4')).toThrow(
      expect.objectContaining({ code: 'malformed', message: expect.stringContaining(place) }),
    )
  })
})
