import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor, Lease } from '../../../kernel/act/actor.ts'
import { roleOf } from './names.ts'
import { postgresActor } from './postgres-actor.ts'
import { orderFor, PASSWORD, type PreparedCluster } from './testing/cluster.ts'
import { SERVERS, started } from './testing/each-server.ts'

const NEVER = new AbortController().signal
const DENIED = { code: '42501' }

describe.each(SERVERS)('on %s', (_, binaries) => {
  let cluster: PreparedCluster
  let actor: Actor
  beforeAll(async () => {
    cluster = await started(binaries)
    actor = postgresActor(cluster.acting)
  })
  afterAll(() => cluster[Symbol.asyncDispose]())

  const leased = async (level: string): Promise<Lease> => {
    const order = orderFor(level)
    return { ...order, ...(await actor.apply(order, NEVER)) }
  }
  const gone = async (lease: Lease): Promise<void> => {
    await actor.revoke(lease, NEVER)
    expect(await actor.look(lease, NEVER)).toEqual([])
    expect(await actor.probe(lease, NEVER)).toBe('refused')
  }
  const dead = (client: pg.Client) => expect(client.query('select 1')).rejects.toThrow()

  it('a role may what its level says, and nothing of it once it is gone', async () => {
    const leases = [await leased('read'), await leased('write'), await leased('ddl')]
    const [reads, writes, defines] = await Promise.all(leases.map((lease) => cluster.signIn(roleOf(lease))))
    expect((await reads?.query('select * from orders'))?.rowCount).toBe(1)
    await expect(reads?.query('insert into orders values (2)')).rejects.toMatchObject(DENIED)
    await writes?.query('insert into orders values (2)')
    await writes?.query('delete from orders where id = 2')
    await expect(writes?.query('create table t ()')).rejects.toMatchObject(DENIED)
    await defines?.query('create table made (); drop table made')
    for (const lease of leases) await gone(lease)
    for (const client of [reads, writes, defines]) if (client !== undefined) await dead(client)
  })

  it('what it makes is told by number and name, marked, limited, and without rights of its own', async () => {
    const lease = await leased('read')
    const { rows } = await cluster.admin.query(
      `select r.oid::text || '/' || r.rolname as external, rolconnlimit, rolvaliduntil, shobj_description(r.oid, 'pg_authid') as note,
         (select array_agg(g.rolname::text order by 1) from pg_auth_members m join pg_roles g on g.oid = m.roleid where m.member = r.oid) as groups,
         rolpassword = $2 as verbatim
       from pg_authid r where rolname = $1`,
      [roleOf(lease), lease.credential],
    )
    expect(rows).toEqual([
      {
        external: lease.external,
        rolconnlimit: 10,
        rolvaliduntil: lease.until,
        note: `bergfried grant ${lease.grant}`,
        groups: ['bf_managed', 'bf_ro'],
        verbatim: true,
      },
    ])
    await gone(lease)
  })

  it('making it again makes the same, with one group, and nobody is thrown out by it', async () => {
    const order = orderFor('write')
    const first = await actor.apply(order, NEVER)
    const client = await cluster.signIn(roleOf(order))
    expect(await actor.apply({ ...order, level: 'read' }, NEVER)).toEqual(first)
    await expect(client.query('insert into orders values (3)')).rejects.toMatchObject(DENIED)
    expect((await client.query('select 1 from orders')).rowCount).toBe(1)
    await gone({ ...order, ...first })
  })

  it('what has ended is not made again by somebody who was slow', async () => {
    const lease = await leased('read')
    await gone(lease)
    await expect(actor.apply(lease, NEVER)).rejects.toMatchObject({ code: 'access.not_applied' })
    const never = { ...orderFor('read'), external: '' }
    await gone(never)
    await expect(actor.apply(never, NEVER)).rejects.toMatchObject({ code: 'access.not_applied' })
    expect(await actor.look(never, NEVER)).toEqual([])
  })

  it('nothing is given to a level that is none, nor without a verifier', async () => {
    for (const order of [
      orderFor('root'),
      { ...orderFor('read'), credential: PASSWORD },
      { ...orderFor('read'), credential: null },
    ]) {
      await expect(actor.apply(order, NEVER)).rejects.toMatchObject({ code: 'access.credential' })
      const { rows } = await cluster.admin.query('select from pg_roles where rolname = $1', [roleOf(order)])
      expect(rows).toEqual([])
    }
  })

  it('a role without the marker is never touched: not given, not taken, not tried', async () => {
    const order = orderFor('read')
    await cluster.sql(`create role ${roleOf(order)} login password 'their own'`)
    const { rows } = await cluster.admin.query<{ oid: string }>('select oid::text from pg_roles where rolname = $1', [
      roleOf(order),
    ])
    const before = await cluster.admin.query('select * from pg_authid where rolname = $1', [roleOf(order)])
    for (const external of ['', `${rows[0]?.oid}/${roleOf(order)}`]) {
      const refused = { code: 'access.not_applied' }
      await expect(actor.apply(order, NEVER)).rejects.toMatchObject(refused)
      await expect(actor.revoke({ ...order, external }, NEVER)).rejects.toMatchObject(refused)
      await expect(actor.look({ ...order, external }, NEVER)).rejects.toMatchObject(refused)
      await expect(actor.probe({ ...order, external }, NEVER)).rejects.toMatchObject(refused)
    }
    const after = await cluster.admin.query('select * from pg_authid where rolname = $1', [roleOf(order)])
    expect(after.rows).toEqual(before.rows)
  })

  it('a number that leads to the role of another grant leads nowhere', async () => {
    const [mine, theirs] = [await leased('read'), await leased('read')]
    const mixed = { ...mine, external: theirs.external }
    await expect(actor.revoke(mixed, NEVER)).rejects.toMatchObject({ code: 'access.not_applied' })
    await gone(mine)
    await gone(theirs)
  })

  it('a live grant is not tried, for its person would lose the password', async () => {
    const lease = await leased('read')
    expect(await actor.probe(lease, NEVER)).toBe('cannot')
    await (await cluster.signIn(roleOf(lease))).query('select 1')
    await gone(lease)
  })

  it('a role that can sign in again is let in, and said to be', async () => {
    const lease = await leased('read')
    await actor.revoke(lease, NEVER)
    await cluster.sql(`alter role ${roleOf(lease)} login connection limit -1`)
    expect(await actor.probe(lease, NEVER)).toBe('let_in')
    expect(await actor.look(lease, NEVER)).toEqual([{ what: 'login', detail: roleOf(lease) }])
    await gone(lease)
  })

  it('no password is left by a try', async () => {
    const lease = await leased('read')
    await gone(lease)
    const { rows } = await cluster.admin.query(
      'select rolpassword, rolcanlogin, rolconnlimit, rolvaliduntil::text as until from pg_authid where rolname = $1',
      [roleOf(lease)],
    )
    expect(rows).toEqual([{ rolpassword: null, rolcanlogin: false, rolconnlimit: 0, until: '-infinity' }])
  })

  it('a rule of pg_hba.conf that refuses proves nothing about the role', async () => {
    const lease = await leased('read')
    await actor.revoke(lease, NEVER)
    await cluster.sql(`alter role ${roleOf(lease)} rename to outsider`)
    expect(await actor.probe(lease, NEVER)).toBe('cannot')
    await cluster.sql(`alter role outsider rename to ${roleOf(lease)}`)
    await gone(lease)
  })

  it('where nobody listens, nothing is tried, and the reason is told without secrets', async () => {
    const away = postgresActor({ ...cluster.acting, connectionString: 'postgres://nobody@127.0.0.1:1/x' })
    const lease = { ...orderFor('read'), external: '' }
    const unreachable = { code: 'collect.unreachable', detail: { system: 'test', reason: 'connection refused' } }
    await expect(away.apply(lease, NEVER)).rejects.toMatchObject(unreachable)
    await expect(away.revoke(lease, NEVER)).rejects.toMatchObject(unreachable)
    await expect(away.look(lease, NEVER)).rejects.toMatchObject(unreachable)
    expect(await away.probe(lease, NEVER)).toBe('cannot')
    await expect(actor.revoke(lease, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped')
  })

  it('a role that somebody dropped is refused, and its sessions, which have no name any more, end', async () => {
    const lease = await leased('write')
    const client = await cluster.signIn(roleOf(lease))
    await client.query('set role none')
    await cluster.sql(`drop role ${roleOf(lease)}`)
    expect(await actor.look(lease, NEVER)).toMatchObject([{ what: 'session' }])
    await gone(lease)
    await dead(client)
  })
})
