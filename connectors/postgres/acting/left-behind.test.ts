import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor, Lease, Remainder } from '../../../kernel/act/actor.ts'
import { roleOf } from './names.ts'
import { postgresActor } from './postgres-actor.ts'
import type { PreparedCluster } from './testing/cluster.ts'
import { SERVERS, started } from './testing/each-server.ts'
import { leased, NEVER } from './testing/lease.ts'

describe.each(SERVERS)('what is left behind on %s', (_, binaries) => {
  let cluster: PreparedCluster
  let actor: Actor
  let told: { database: string; found: readonly Remainder[] }[] = []
  beforeAll(async () => {
    cluster = await started(binaries)
    actor = postgresActor({
      ...cluster.acting,
      onLeftBehind: (_grant, database, found) => void told.push({ database, found }),
    })
    await cluster.sql('create role accomplice nologin')
  })
  afterAll(() => cluster[Symbol.asyncDispose]())

  const gone = async (lease: Lease, who = actor): Promise<void> => {
    told = []
    await who.revoke(lease, NEVER)
    expect(await who.look(lease, NEVER)).toEqual([])
    expect(await who.probe(lease, NEVER)).toBe('refused')
  }

  it('routines that run with their owner’s rights become nobody’s way in, in every database', async () => {
    const lease = await leased(actor, 'ddl')
    for (const database of ['shop', 'other']) {
      const client = await cluster.signIn(roleOf(lease), { database })
      await client.query(`
        create function door() returns text security definer language sql as 'select current_user::text';
        create function "Odd "" door"(int, text) returns text security definer language sql as 'select current_user::text';
        create procedure door_p() security definer language sql as 'select 1';
        create function plain() returns int language sql as 'select 1';
        grant execute on function door() to accomplice with grant option;
        create table mine (id int);
        create view seen as select * from mine;
        create rule quiet as on delete to mine do instead nothing`)
    }
    await gone(lease)
    expect(told.map(({ database }) => database)).toEqual(['other', 'shop'])
    expect(told[0]?.found).toEqual(told[1]?.found)
    expect(told[0]?.found.map(({ what, detail }) => `${what} ${detail}`)).toEqual([
      'definer routine public."Odd "" door"(integer,text)',
      'definer routine public.door()',
      'definer routine public.door_p()',
      'routine public.plain()',
      'rule quiet on public.mine',
      'view public.seen',
    ])
    for (const database of ['shop', 'other']) {
      const { rows } = await cluster.sql(
        `select proname, proowner::regrole::text as owner, has_function_privilege('accomplice', oid, 'execute') as may
         from pg_proc where pronamespace = 'public'::regnamespace order by 1`,
        database,
      )
      expect(rows).toEqual(
        ['Odd " door', 'door', 'door_p', 'plain'].map((proname) => ({
          proname,
          owner: 'bf_graveyard',
          may: proname === 'plain',
        })),
      )
      await cluster.sql('drop owned by bf_graveyard', database)
      await cluster.sql('grant create, usage on schema public to bf_graveyard', database)
    }
  })

  it('a door that opens again is seen', async () => {
    const lease = await leased(actor, 'ddl')
    const client = await cluster.signIn(roleOf(lease))
    await client.query(`create function door() returns int security definer language sql as 'select 1'`)
    await gone(lease)
    await cluster.sql('grant execute on function door() to public')
    expect(await actor.look(lease, NEVER)).toEqual([{ what: 'definer routine', detail: 'shop public.door()' }])
    await cluster.sql('drop function door()')
  })

  it('a door in the name of the group, which 15 allows, is closed', async () => {
    const lease = await leased(actor, 'ddl')
    await cluster.sql(`create function door() returns int security definer language sql as 'select 1';
      alter function door() owner to bf_ddl`)
    expect(await actor.look(lease, NEVER)).toContainEqual({ what: 'definer routine', detail: 'shop public.door()' })
    await gone(lease)
    const { rows } = await cluster.sql(`select has_function_privilege('accomplice', 'door()', 'execute') as may`)
    expect(rows).toEqual([{ may: false }])
    await cluster.sql('drop function door()')
  })

  it('default rights, mappings, schemas, large objects and what it gave onward go', async () => {
    const lease = await leased(actor, 'ddl')
    const role = roleOf(lease)
    await cluster.sql(`create extension if not exists postgres_fdw; create server away foreign data wrapper postgres_fdw;
      grant create on database shop to bf_ddl; grant usage on foreign server away to bf_ddl`)
    const client = await cluster.signIn(role)
    await client.query(`create schema own; create table own.t (); create type own.e as enum ('a');
      create function own.f() returns int security definer language sql as 'select 1';
      create user mapping for current_user server away options (password 'x');
      alter default privileges grant select on tables to public; select lo_create(0)`)
    await gone(lease)
    const { rows } = await cluster.sql(`select nspowner::regrole::text as owner,
      (select count(*)::int from pg_user_mapping) as mappings, (select count(*)::int from pg_default_acl a where a.defaclrole <> 10) as defaults,
      (select min(lomowner::regrole::text) from pg_largeobject_metadata) as large
      from pg_namespace where nspname = 'own'`)
    expect(rows).toEqual([{ owner: 'bf_graveyard', mappings: 0, defaults: 0, large: 'bf_graveyard' }])
    await cluster.sql('drop schema own cascade; drop server away cascade; revoke create on database shop from bf_ddl')
  })

  it('what others gave to the role itself is told until they take it back, and goes at once where a superuser acts', async () => {
    for (const who of [actor, postgresActor(cluster.superuser)]) {
      const lease = await leased(who, 'read')
      const role = roleOf(lease)
      await cluster.sql(`grant select (id), update on orders to ${role} with grant option;
        create policy theirs on orders to ${role} using (true); grant create on database shop to ${role}`)
      const client = await cluster.signIn(role)
      await client.query('grant update on orders to accomplice')
      await who.revoke(lease, NEVER)
      if (who === actor) {
        expect((await who.look(lease, NEVER)).map(({ what }) => what)).toEqual(Array(3).fill('given'))
        await cluster.sql(`drop owned by ${role}`)
        await cluster.sql(`grant bf_managed to ${role}`)
      }
      await gone(lease, who)
      const { rows } = await cluster.sql(`select has_table_privilege('accomplice', 'orders', 'update') as onward`)
      expect(rows).toEqual([{ onward: false }])
      await cluster.sql('drop policy if exists theirs on orders')
    }
  })

  it('what the graveyard may not take over is not dropped, is closed all the same, and is told', async () => {
    const lease = await leased(actor, 'ddl')
    const role = roleOf(lease)
    await cluster.sql(`create schema apart; grant create, usage on schema apart to bf_ddl`)
    const client = await cluster.signIn(role)
    await client.query(`create table apart.data as select 1 as id;
      create function apart.door() returns int security definer language sql as 'select 1'`)
    await expect(actor.revoke(lease, NEVER)).rejects.toMatchObject({ code: 'collect.denied' })
    expect((await actor.look(lease, NEVER)).map(({ what }) => what)).toContain('owned')
    expect(await actor.probe(lease, NEVER)).toBe('refused')
    await expect(client.query('select 1')).rejects.toThrow()
    expect((await cluster.sql('select * from apart.data')).rows).toEqual([{ id: 1 }])
    const { rows } = await cluster.sql(`select has_function_privilege('accomplice', 'apart.door()', 'execute') as may`)
    expect(rows).toEqual([{ may: false }])
    await cluster.sql('grant create, usage on schema apart to bf_graveyard')
    await gone(lease)
    await cluster.sql('drop schema apart cascade')
  })

  it('what others gave and cannot be taken from here keeps nothing else from being taken', async () => {
    const lease = await leased(actor, 'read')
    const role = roleOf(lease)
    await cluster.sql(`grant pg_read_all_data to ${role}; alter role ${role} createdb`)
    const client = await cluster.signIn(role)
    if (cluster.version < 160_000) await gone(lease)
    else {
      await expect(actor.revoke(lease, NEVER)).rejects.toMatchObject({ code: 'collect.denied' })
      expect(await actor.look(lease, NEVER)).toEqual([
        { what: 'attribute', detail: 'createdb' },
        { what: 'membership', detail: 'pg_read_all_data' },
      ])
      expect(await actor.probe(lease, NEVER)).toBe('refused')
    }
    await expect(client.query('select 1')).rejects.toThrow()
    await cluster.sql(`revoke pg_read_all_data from ${role}; alter role ${role} nocreatedb`)
    await gone(lease)
  })

  it('nobody stays a member of the role', async () => {
    const lease = await leased(actor, 'write')
    const role = roleOf(lease)
    await cluster.sql(`set role bergfried_acting; grant ${role} to accomplice; grant ${role} to bergfried_acting`)
    expect(await actor.look(lease, NEVER)).toContainEqual({ what: 'member', detail: 'accomplice' })
    await gone(lease)
    const { rows } = await cluster.sql(`select pg_has_role('accomplice', '${role}', 'member') as member,
      pg_has_role('bergfried_acting', '${role}', 'usage') as acting`)
    expect(rows).toEqual([{ member: false, acting: false }])
  })

  it('a subscription ends, whose workers would be started again for ever', async () => {
    const lease = await leased(actor, 'ddl')
    const role = roleOf(lease)
    await cluster.sql(`create subscription theirs connection 'host=127.0.0.1 port=1 password=x user=x dbname=x' publication p
      with (connect = false, slot_name = 'far')`)
    // Up to 15 subscriptions are superusers'; from there, anybody's whom one is handed to.
    const handed = await cluster
      .sql(`grant create on database shop to bf_ddl; alter subscription theirs owner to ${role}`)
      .then(() => cluster.sql('alter subscription theirs enable'))
      .then(
        () => true,
        () => false,
      )
    expect(handed).toBe(cluster.version >= 160_000)
    await gone(lease)
    expect((await cluster.sql('select from pg_subscription')).rowCount).toBe(handed ? 0 : 1)
    await cluster.sql(`alter subscription theirs set (slot_name = none)`).catch(() => undefined)
    await cluster.sql('drop subscription if exists theirs')
  })
})
