import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Lease } from '../../../kernel/act/actor.ts'
import { scramVerifier } from '../../../kernel/scram/scram.ts'
import { postgresActor } from '../apply.ts'
import { OLDER, startTestCluster, type TestCluster } from '../testing/cluster.ts'
import { ACTING, prepareCluster, prepareSchema } from './prepare.ts'

const NEVER = new AbortController().signal
const UNTIL = new Date('2036-01-01T00:00:00Z')
const PASSWORD = 'made-by-the-person'

describe.each([
  ['the bundled PostgreSQL', undefined],
  ['PostgreSQL 15 of Debian', OLDER],
])('on %s', (_, binaries) => {
  let cluster: TestCluster
  let admin: pg.Client
  let actor: ReturnType<typeof postgresActor>
  const clients: pg.Client[] = []
  beforeAll(async () => {
    if (binaries !== undefined && !existsSync(binaries)) throw new Error(`${binaries}: tools/install-test-packages.sh`)
    cluster = await startTestCluster(binaries)
    admin = new pg.Client({ connectionString: cluster.connectionString })
    await admin.connect()
    const { rows } = await admin.query<{ v: string }>("select current_setting('server_version_num') v")
    for (const sql of prepareCluster(Number(rows[0]?.v), 'acting-password')) await admin.query(sql)
    await admin.query('create table orders (id int); insert into orders values (1)')
    const { rows: me } = await admin.query<{ u: string }>('select current_user u')
    for (const sql of prepareSchema('postgres', 'public', me[0]?.u ?? '')) await admin.query(sql)
    await admin.query(`grant connect on database shop to ${ACTING}`)
    actor = postgresActor({
      system: 'test',
      connectionString: `postgres://${ACTING}@127.0.0.1:${cluster.port}/postgres?sslmode=require`,
      password: async () => 'acting-password',
    })
  }, 60_000)
  afterAll(async () => {
    for (const client of clients) await client.end().catch(() => undefined)
    await admin.end()
    await cluster.stop()
  })

  const order = (level = 'write') => ({
    grant: randomUUID(),
    account: 'anna',
    level,
    until: UNTIL,
    credential: scramVerifier(PASSWORD),
  })
  const leased = async (level?: string): Promise<Lease> => {
    const wanted = order(level)
    return { ...wanted, ...(await actor.apply(wanted, NEVER)) }
  }
  const role = ({ external }: Lease) => external.split('/')[1] ?? ''
  const signIn = async (lease: Lease, database = 'postgres'): Promise<pg.Client> => {
    const client = new pg.Client({
      ...{ host: '127.0.0.1', port: cluster.port, user: role(lease), password: PASSWORD, database },
      ssl: { rejectUnauthorized: false },
    })
    client.on('error', () => undefined)
    await client.connect()
    clients.push(client)
    return client
  }
  const gone = async (lease: Lease): Promise<void> => {
    await actor.revoke(lease, NEVER)
    expect(await actor.look(lease, NEVER)).toEqual([])
    expect(await actor.probe(lease, NEVER)).toBe('refused')
  }
  const dead = (client: pg.Client) => expect(client.query('select 1')).rejects.toThrow()

  it('a role may what its level says, by a password that only its person knows', async () => {
    const [reads, writes] = [await leased('read'), await leased('write')]
    const [one, two] = [await signIn(reads), await signIn(writes)]
    expect((await one.query('select * from orders')).rows).toHaveLength(1)
    await expect(one.query('insert into orders values (2)')).rejects.toMatchObject({ code: '42501' })
    await two.query('insert into orders values (2)')
    await gone(reads)
    await dead(one)
    await two.query('select 1')
    await gone(writes)
    await dead(two)
  })

  it('no password in clear is taken, nor a level that is none', async () => {
    await expect(actor.apply({ ...order(), credential: 'secret' }, NEVER)).rejects.toMatchObject({
      code: 'access.credential',
    })
    await expect(actor.apply(order('root'), NEVER)).rejects.toMatchObject({ code: 'access.credential' })
  })

  it('a session under another name (SET ROLE) ends, too, and cannot go on writing', async () => {
    const lease = await leased('write')
    const client = await signIn(lease)
    await client.query('set role bf_rw')
    await client.query('insert into orders values (3)')
    await gone(lease)
    await dead(client)
  })

  it('clients that sign in again and again do not survive it', { timeout: 60_000 }, async () => {
    for (let trial = 0; trial < 8; trial++) {
      const lease = await leased('read')
      let on = true
      let inside = 0
      const again = async (): Promise<void> => {
        while (on) {
          const client = await signIn(lease).catch(() => null)
          if (client !== null) inside += 1
        }
      }
      const loops = Array.from({ length: 12 }, again)
      while (inside < 8) await new Promise((resolve) => setTimeout(resolve, 5))
      await actor.revoke(lease, NEVER)
      const left = await actor.look(lease, NEVER)
      on = false
      await Promise.all(loops)
      expect([trial, left]).toEqual([trial, []])
      expect(await actor.look(lease, NEVER)).toEqual([])
      for (const client of clients.splice(0)) await client.end().catch(() => undefined)
    }
  })

  it('what it owned in any database goes to a role that may nothing, and its functions become nobody’s way in', async () => {
    await admin.query('grant create on schema public to bf_ddl')
    const lease = await leased('ddl')
    const client = await signIn(lease)
    await client.query('create table mine (id int)')
    const elsewhere = await signIn(lease, 'shop').catch(() => null)
    await elsewhere?.query('create temp table t (id int)')
    await client.query(
      `create function back_door() returns text security definer language sql as 'select current_user::text'`,
    )
    await client.query('alter default privileges grant select on tables to public')
    const { rows: others } = await admin.query(
      `select has_function_privilege('bf_ro', 'back_door()', 'execute') as may`,
    )
    expect(others).toEqual([{ may: true }])
    await gone(lease)
    const { rows } = await admin.query(
      `select p.proowner::regrole::text as owner, has_function_privilege('bf_ro', p.oid, 'execute') as may from pg_proc p where proname = 'back_door'`,
    )
    expect(rows).toEqual([{ owner: 'bf_graveyard', may: false }])
    await admin.query('drop table mine; drop function back_door()')
  })

  it('a role that was not made here is not touched', async () => {
    await admin.query(`create role stranger login`)
    const { rows } = await admin.query<{ oid: string }>(`select oid::text from pg_roles where rolname = 'stranger'`)
    const lease: Lease = { ...order(), external: `${rows[0]?.oid}/stranger` }
    await expect(actor.revoke(lease, NEVER)).rejects.toMatchObject({ code: 'access.not_applied' })
  })

  it('is found by its name where its number was never written down, and repeated at will', async () => {
    const lease = await leased('read')
    const client = await signIn(lease)
    const lost: Lease = { ...lease, external: '' }
    await gone(lost)
    await dead(client)
    await gone(lost)
    await gone(lease)
  })

  it('that is still let in is told so', async () => {
    const lease = await leased('read')
    await actor.revoke(lease, NEVER)
    await admin.query(`alter role ${role(lease)} login connection limit -1 valid until 'infinity'`)
    expect(await actor.look(lease, NEVER)).toEqual([{ what: 'login', detail: role(lease) }])
    expect(await actor.probe(lease, NEVER)).toBe('let_in')
  })
})
