import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Edge, edgesOf } from './edges.ts'
import type { AccessFacts } from './facts.ts'
import { pathsTo } from './paths.ts'

const NOTHING: AccessFacts = {
  person: [],
  account_owner: [],
  service_account: [],
  enrolled_key: [],
  host_user: [],
  host_group: [],
  host_sudo_rule: [],
  ssh_authorized_key: [],
  pg_role: [],
  pg_grant: [],
  pg_owned: [],
}
const told = (target: string, facts: Partial<AccessFacts>, system = 's') =>
  pathsTo(target, edgesOf(system, { ...NOTHING, ...facts })).map(
    ({ start, steps }) => `${start}: ${steps.map((s) => s.why).join(' > ')}`,
  )
const owner = (account: string, person: string) => ({ targetSystem: 's', account, ownerKind: 'person', owner: person })
const users = [
  { account: 'root', uid: 0 },
  { account: 'ada', uid: 1000 },
  { account: 'bob', uid: 1001 },
]
const role = (name: string, more: object = {}) => ({
  role: name,
  superuser: false,
  createRole: false,
  canLogin: true,
  memberOf: [] as string[],
  ...more,
})

describe('who can become root', () => {
  it('is whoever has an account that sudo lets do everything, through its groups too', () => {
    const facts = {
      host_user: users,
      host_group: [{ groupName: 'sudo', gid: 27, members: ['ada'] }],
      host_sudo_rule: [{ subjectKind: 'group', subject: 'sudo', runAs: ['ALL'], commands: ['ALL'] }],
      account_owner: [owner('ada', 'p-1'), owner('bob', 'p-2')],
    }
    expect(told('root', facts)).toEqual(['person:p-1: register > sudo group sudo', 'account:root: uid 0'])
  })

  it('is whoever is in a group that is as good as root, and whoever holds a key of root', () => {
    const facts = {
      host_user: users,
      host_group: [{ groupName: 'docker', gid: 999, members: ['bob'] }],
      account_owner: [owner('bob', 'p-2')],
      enrolled_key: [{ owner: 'p-3', fingerprint: 'SHA256:x' }],
      ssh_authorized_key: [
        { account: 'root', fingerprint: 'SHA256:x' },
        { account: 'root', fingerprint: 'SHA256:unknown' },
      ],
    }
    expect(told('root', facts)).toEqual([
      'person:p-2: register > group docker',
      'person:p-3: SSH SHA256:x > uid 0',
      'key:SHA256:unknown: SSH SHA256:unknown > uid 0',
    ])
  })

  it('is nobody by a rule for some commands, or as somebody else', () => {
    const facts = {
      host_user: users,
      host_sudo_rule: [
        { subjectKind: 'user', subject: 'ada', runAs: ['root'], commands: ['/usr/bin/id'] },
        { subjectKind: 'user', subject: 'ada', runAs: ['bob'], commands: ['ALL'] },
      ],
      account_owner: [owner('ada', 'p-1')],
    }
    expect(told('root', facts)).toEqual(['account:root: uid 0'])
  })
})

describe('who can read a database', () => {
  it('is whoever owns a role that was granted it, through groups, PUBLIC and superusers', () => {
    const facts = {
      pg_role: [
        role('ada', { memberOf: ['reporting'] }),
        role('reporting', { canLogin: false }),
        role('bob'),
        role('boss', { superuser: true }),
      ],
      pg_grant: [{ database: 'shop', grantee: 'reporting', privileges: ['SELECT'] }],
      account_owner: [owner('ada', 'p-1'), owner('bob', 'p-2'), owner('boss', 'p-3')],
    }
    expect(told('read:shop', facts)).toEqual([
      'person:p-1: register > member of reporting > granted to reporting',
      'person:p-3: register > SUPERUSER > superuser',
    ])
    expect(told('write:shop', facts)).toEqual(['person:p-3: register > SUPERUSER > superuser'])
    const open = { ...facts, pg_grant: [{ database: 'shop', grantee: 'PUBLIC', privileges: ['SELECT'] }] }
    expect(told('read:shop', open).filter((line) => line.startsWith('person:p-2'))).toHaveLength(1)
  })
})

it('finds exactly whom a walk over all edges finds, each by a shortest way', () => {
  const node = fc.integer({ min: 0, max: 12 })
  fc.assert(
    fc.property(fc.array(fc.tuple(node, node), { maxLength: 40 }), (pairs) => {
      const name = (n: number): string => (n < 4 ? `person:${n}` : `account:${n}`)
      const edges: Edge[] = pairs.map(([a, b]) => ({ from: name(a), to: name(b), why: '' }))
      const distance = new Map([[name(12), 0]])
      for (let i = 0; i < 13; i++) {
        for (const { from, to } of edges) {
          const via = (distance.get(to) ?? Number.POSITIVE_INFINITY) + 1
          if (via < (distance.get(from) ?? Number.POSITIVE_INFINITY)) distance.set(from, via)
        }
      }
      const found = pathsTo(name(12), edges).filter((p) => p.start.startsWith('person:'))
      const expected = [...distance].filter(([n]) => n.startsWith('person:'))
      expect(new Map(found.map((p) => [p.start, p.steps.length]))).toEqual(new Map(expected))
    }),
  )
})
