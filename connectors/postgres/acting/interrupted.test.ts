import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor, Lease } from '../../../kernel/act/actor.ts'
import { attempter } from './attempt.ts'
import { type Connect, connector } from './connect.ts'
import { roleOf } from './names.ts'
import { postgresActorOver } from './postgres-actor.ts'
import { orderFor, type PreparedCluster } from './testing/cluster.ts'
import { SERVERS, started } from './testing/each-server.ts'
import { leased, NEVER } from './testing/lease.ts'

const AT_ONCE = 4

describe.each(SERVERS)('killed at any point on %s', (_, binaries) => {
  let cluster: PreparedCluster
  let actor: Actor
  beforeAll(async () => {
    cluster = await started(binaries)
    actor = killedBefore(Number.POSITIVE_INFINITY).actor
  })
  afterAll(() => cluster[Symbol.asyncDispose]())

  /** An actor whose process is killed before its n-th statement: open transactions end, nothing else is done. */
  function killedBefore(n: number): { actor: Actor; statements: () => number } {
    let count = 0
    const inner = connector(cluster.acting)
    const alive = () => {
      if (count >= n) throw new Error('killed')
    }
    const connect: Connect = async (database, signal, work) => {
      alive()
      return inner(database, signal, (client) =>
        work({
          version: client.version,
          query: (sql, params) => {
            alive()
            count += 1
            return client.query(sql, params)
          },
        }),
      )
    }
    const attempt: ReturnType<typeof attempter> = async (user, password) => {
      alive()
      count += 1
      return attempter(cluster.acting)(user, password)
    }
    return { actor: postgresActorOver({ system: 'test', connect, attempt }), statements: () => count }
  }

  /** A leaver with a session, things of their own in two databases, and a prepared transaction. */
  async function leaver(): Promise<Lease> {
    const lease = await leased(actor, 'ddl')
    const tag = lease.grant.slice(0, 8)
    const session = await cluster.signIn(roleOf(lease))
    await session.query(`create function "f${tag}"() returns int security definer language sql as 'select 1'`)
    const other = await cluster.signIn(roleOf(lease), { database: 'other' })
    await other.query(`create table "t${tag}" ()`)
    await other.query(`begin; insert into "t${tag}" default values; prepare transaction '${tag}'`)
    await other.end()
    return lease
  }

  /** All that the catalogues say of a role, with the names that differ from grant to grant taken out. */
  async function stateOf(lease: Lease): Promise<string> {
    const tag = lease.grant.slice(0, 8)
    const { rows } = await cluster.sql(
      `select r.rolname, r.rolcanlogin, r.rolconnlimit, r.rolvaliduntil::text, r.rolpassword, shobj_description(r.oid, 'pg_authid') as note,
        (select json_agg(json_build_array(a.roleid::regrole, a.member::regrole, a.grantor::regrole, to_jsonb(a) - '{oid,roleid,member,grantor}'::text[]) order by a.roleid, a.member, a.grantor)
         from pg_auth_members a where r.oid in (a.member, a.roleid)) as memberships,
        (select json_agg(json_build_array(d.dbid = 0, d.classid::regclass, d.deptype) order by 1) from pg_shdepend d
         where d.refclassid = 'pg_authid'::regclass and d.refobjid = r.oid and d.classid <> 'pg_auth_members'::regclass) as things,
        (select count(*)::int from pg_prepared_xacts where gid = '${tag}') as prepared
       from pg_authid r where r.rolname = '${roleOf(lease)}'`,
    )
    const routines = await cluster.sql(
      `select proowner::regrole::text as owner, replace(proacl::text, $$${roleOf(lease)}$$, '') as acl from pg_proc where proname = 'f${tag}'`,
    )
    const tables = await cluster.sql(
      `select relowner::regrole::text as owner, (select count(*)::int from "t${tag}") as n from pg_class where relname = 't${tag}'`,
      'other',
    )
    return JSON.stringify([rows, routines.rows, tables.rows]).replaceAll(lease.grant, 'GRANT').replaceAll(tag, 'TAG')
  }

  it('taking away, killed before each of its statements and repeated, ends as if it had not been', {
    timeout: 60_000,
  }, async () => {
    const whole = await leaver()
    const { actor: once, statements } = killedBefore(Number.POSITIVE_INFINITY)
    await once.revoke(whole, NEVER)
    const expected = await stateOf(whole)
    expect(expected).toContain('bf_graveyard')
    const count = statements()
    expect(count).toBeGreaterThan(25)
    const one = async (n: number) => {
      const lease = await leaver()
      const first = await killedBefore(n)
        .actor.revoke(lease, NEVER)
        .then(
          () => 'done',
          () => 'killed',
        )
      await actor.revoke(lease, NEVER)
      expect([n, first, await stateOf(lease)]).toEqual([n, 'killed', expected])
    }
    // On the older server, whose statements are nearly the same, before every other one.
    const points = Array.from({ length: count }, (_, n) => n).filter((n) => binaries === undefined || n % 2 === 1)
    // Several at once: that is how they are carried out, and they must not get into each other's way.
    for (let from = 0; from < points.length; from += AT_ONCE) {
      await Promise.all(points.slice(from, from + AT_ONCE).map(one))
    }
    expect(await actor.probe(whole, NEVER)).toBe('refused')
    expect([await stateOf(whole), await actor.look(whole, NEVER)]).toEqual([expected, []])
  })

  it('making and trying, killed and repeated, end as if they had not been', async () => {
    const order = orderFor('write')
    const once = killedBefore(Number.POSITIVE_INFINITY)
    const whole = { ...order, ...(await once.actor.apply(order, NEVER)) }
    for (let n = 0; n < once.statements(); n++) {
      const wanted = orderFor('write')
      await expect(killedBefore(n).actor.apply(wanted, NEVER)).rejects.toThrow()
      const { external } = await actor.apply(wanted, NEVER)
      expect(external.split('/')[1]).toBe(roleOf(wanted))
      await (await cluster.signIn(roleOf(wanted))).query('select * from orders')
    }
    // Killed before the number was written down.
    await actor.revoke({ ...whole, external: '' }, NEVER)
    expect(await actor.look({ ...whole, external: '' }, NEVER)).toEqual([])
    const trying = killedBefore(Number.POSITIVE_INFINITY)
    expect(await trying.actor.probe(whole, NEVER)).toBe('refused')
    for (let n = 0; n < trying.statements(); n++) {
      await killedBefore(n)
        .actor.probe(whole, NEVER)
        .catch(() => undefined)
      expect(await actor.probe(whole, NEVER)).toBe('refused')
    }
    const { rows } = await cluster.admin.query('select rolpassword from pg_authid where rolname = $1', [roleOf(whole)])
    expect(rows).toEqual([{ rolpassword: null }])
  })
})
