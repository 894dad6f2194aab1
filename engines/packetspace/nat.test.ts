import { expect, it } from 'vitest'
import { boundsOf } from './formula-bdd.ts'
import { both, type Formula } from './ir.ts'
import { translate } from './nat.ts'
import { interfacesOf, PacketSpace } from './packet-fields.ts'
import { readIptablesSave } from './read-iptables-save.ts'
import { readNftJson } from './read-nft-json.ts'
import { Analysis } from './summary.ts'
import { loaded } from './testing/nft.ts'
import { net, tcp } from './testing/questions.ts'

/** The image of a question under the nat chains of a rule set at prerouting, and whether sets are as formulas say. */
function image(
  rules: ReturnType<typeof readNftJson>,
  question: Formula,
  hook: 'prerouting' | 'postrouting' = 'prerouting',
) {
  const space = new PacketSpace('ip4', [...interfacesOf(rules), 'eth0'])
  const of = (f: Formula) => boundsOf(space, f).may
  const { onward, toHost } = translate(new Analysis(space, rules), hook, of(question))
  return { onward, toHost, of, space }
}

const nft = (rules: string) =>
  readNftJson(loaded(`table ip t { chain p { type nat hook prerouting priority -100; policy accept;\n${rules}\n} }`))

it('a destination is replaced, address and port, and nothing goes on to the old one', () => {
  const rules = nft('tcp dport 80 dnat to 10.0.2.2:8080')
  const { onward, of } = image(rules, tcp('192.0.2.1', '198.51.100.1', 80))
  expect(onward).toBe(of(tcp('192.0.2.1', '10.0.2.2', 8080)))
})

it('what no rule translates goes on as it was', () => {
  const { onward, of } = image(nft('tcp dport 80 dnat to 10.0.2.2'), tcp('192.0.2.1', '198.51.100.1', 81))
  expect(onward).toBe(of(tcp('192.0.2.1', '198.51.100.1', 81)))
})

it('a rule that may or may not match gives both', () => {
  const { onward, of, space } = image(
    nft('tcp dport 80 limit rate 1/second dnat to 10.0.2.2'),
    tcp('192.0.2.1', '198.51.100.1', 80),
  )
  for (const target of ['10.0.2.2', '198.51.100.1'])
    expect(space.bdd.implies(of(tcp('192.0.2.1', target, 80)), onward)).toBe(true)
})

it('a chain that is called in doubt gives both', () => {
  const text = `table ip t { chain d { dnat to 10.0.2.2\n }
    chain p { type nat hook prerouting priority -100; policy accept;\nlimit rate 1/second jump d\n} }`
  const { onward, of, space } = image(readNftJson(loaded(text)), tcp('192.0.2.1', '198.51.100.1', 80))
  expect(space.bdd.implies(of(tcp('192.0.2.1', '198.51.100.1', 80)), onward)).toBe(true)
})

it('a map gives all its targets, a redirect goes to the host', () => {
  const mapped = image(
    nft('dnat to tcp dport map { 81 : 10.0.2.3, 82 : 10.0.2.4 }'),
    tcp('192.0.2.1', '198.51.100.1', 81),
  )
  expect(mapped.space.bdd.implies(mapped.of(tcp('192.0.2.1', '10.0.2.3', 81)), mapped.onward)).toBe(true)
  const { toHost, onward, space, of } = image(
    nft('tcp dport 84 redirect to :3128'),
    tcp('192.0.2.1', '198.51.100.1', 84),
  )
  expect(space.bdd.implies(of(tcp('192.0.2.1', '10.0.0.1', 3128)), toHost)).toBe(true)
  expect(space.bdd.meets(onward, of(tcp('192.0.2.1', '198.51.100.1', 84)))).toBe(false)
})

it('a second rule does not translate what the first one has', () => {
  const { onward, of, space } = image(
    nft('tcp dport 80 dnat to 10.0.2.2\ntcp dport 80 dnat to 10.0.2.3'),
    tcp('192.0.2.1', '198.51.100.1', 80),
  )
  expect(space.bdd.meets(onward, of(net('dst', '10.0.2.3')))).toBe(false)
})

it('a rule that writes addresses of the other family leaves the packet to the next one', () => {
  const text = `table inet t { chain p { type nat hook prerouting priority -100; policy accept;
    tcp dport 80 dnat ip6 to fd00::2\ntcp dport 80 dnat ip to 10.0.2.2\n} }`
  const { onward, of } = image(readNftJson(loaded(text)), tcp('192.0.2.1', '198.51.100.1', 80))
  expect(onward).toBe(of(tcp('192.0.2.1', '10.0.2.2', 80)))
})

it('iptables translates in user chains, too, as Docker does it', () => {
  const text = `*nat\n:PREROUTING ACCEPT [0:0]\n:DOCKER - [0:0]\n-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80\nCOMMIT\n`
  const outside: Formula = { op: 'interface', field: 'iif', names: ['eth0'] }
  const { onward, of, space } = image(readIptablesSave(text, 'ip4'), tcp('192.0.2.1', '198.51.100.1', 8080))
  expect(space.bdd.meets(onward, of(both(tcp('192.0.2.1', '172.17.0.2', 80), outside)))).toBe(true)
})
