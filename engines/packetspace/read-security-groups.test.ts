import { expect, it } from 'vitest'
import { Prover } from './prover.ts'
import { readSecurityGroups } from './read-security-groups.ts'
import { net, tcp } from './testing/questions.ts'

const permission = { IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432 }
const document = {
  SecurityGroups: [
    {
      GroupId: 'sg-db',
      IpPermissions: [
        { ...permission, UserIdGroupPairs: [{ GroupId: 'sg-app' }] },
        { IpProtocol: '-1', Ipv6Ranges: [{ CidrIpv6: '2001:db8::/32' }] },
      ],
      IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    },
    {
      GroupId: 'sg-open',
      IpPermissions: [{ ...permission, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
      IpPermissionsEgress: [],
    },
  ],
}
const question = tcp('10.0.0.5', '10.0.9.9', 5432)

it('security groups allow the members of a group, and are undecided where these are not known', () => {
  const known = readSecurityGroups(document, { groups: ['sg-db'], members: new Map([['sg-app', ['10.0.0.0/24']]]) })
  expect(new Prover(known, 'ip4').reach('input', question).verdict).toBe('always')
  expect(new Prover(known, 'ip4').reach('input', tcp('10.0.1.5', '10.0.9.9', 5432)).verdict).toBe('never')
  const unknown = new Prover(readSecurityGroups(document, { groups: ['sg-db'] }), 'ip4')
  expect(unknown.reach('input', question).undecided?.because).toEqual(['src in group sg-app'])
})

it('security groups are one union, for both families, and let replies pass', () => {
  const both = readSecurityGroups(document)
  expect(new Prover(both, 'ip4').reach('input', question).verdict).toBe('always')
  expect(new Prover(both, 'ip6').reach('input', net('src', '2001:db8::7')).verdict).toBe('always')
  const replies = tcp('10.0.1.5', '10.0.9.9', 1, 'established')
  expect(new Prover(both, 'ip4').reach('input', replies).verdict).toBe('always')
})

it('security groups refuse a group that is not there, and keep a key they do not know undecided', () => {
  expect(() => readSecurityGroups(document, { groups: ['sg-none'] })).toThrow(/sg-none/)
  const strange = { ...permission, IpRanges: [{ CidrIp: '0.0.0.0/0' }], OnlyOnMondays: true }
  const groups = readSecurityGroups({ SecurityGroups: [{ GroupId: 'g', IpPermissions: [strange] }] })
  expect(new Prover(groups, 'ip4').reach('input', question).verdict).toBe('undecided')
})
