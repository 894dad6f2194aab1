import { connect as connectTo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor, Lease } from '../../../kernel/act/actor.ts'
import { addressOf } from '../address.ts'
import { roleOf } from './names.ts'
import { postgresActor } from './postgres-actor.ts'
import type { PreparedCluster } from './testing/cluster.ts'
import { SERVERS, started } from './testing/each-server.ts'
import { leased, NEVER } from './testing/lease.ts'

/** On each of two servers. */
const TRIALS = 20
const LOOPS = 12

describe.each(SERVERS)('sessions on %s', (_, binaries) => {
  let cluster: PreparedCluster
  let actor: Actor
  beforeAll(async () => {
    cluster = await started(binaries)
    actor = postgresActor(cluster.acting)
  })
  afterAll(() => cluster[Symbol.asyncDispose]())

  const gone = async (lease: Lease): Promise<void> => {
    await actor.revoke(lease, NEVER)
    expect(await actor.look(lease, NEVER)).toEqual([])
    expect(await actor.probe(lease, NEVER)).toBe('refused')
  }
  const dead = (client: pg.Client) => expect(client.query('select 1')).rejects.toThrow()

  it(`none of ${LOOPS} clients that sign in again and again survives, ${TRIALS} times`, {
    timeout: 90_000,
  }, async () => {
    for (let trial = 0; trial < TRIALS; trial++) {
      const lease = await leased(actor, 'read')
      const inside: pg.Client[] = []
      let on = true
      const again = async () => {
        for (let failures = 0; on && failures < 200; ) {
          const client = await cluster.signIn(roleOf(lease)).catch(() => null)
          if (client === null) failures++
          else {
            inside.push(client)
            if (inside.length > 8) await client.end()
          }
        }
      }
      const loops = Array.from({ length: LOOPS }, again)
      while (inside.length < 6) await sleep(2)
      await actor.revoke(lease, NEVER)
      const seen = await actor.look(lease, NEVER)
      on = false
      await Promise.all(loops)
      expect([trial, seen, await actor.look(lease, NEVER)]).toEqual([trial, [], []])
      const alive = await Promise.all(
        inside.map((client) =>
          client.query('select 1').then(
            () => 1,
            () => 0,
          ),
        ),
      )
      expect(alive.filter((one) => one === 1)).toEqual([])
    }
  })

  it('a connection that hides between the login check and pg_stat_activity does not come out alive', async () => {
    const lease = await leased(actor, 'write')
    const hidden = Array.from({ length: 3 }, () =>
      cluster
        .signIn(roleOf(lease), { options: '-c post_auth_delay=5' })
        .then((client) => client.query('select 1'))
        .then(
          () => 'alive',
          () => 'dead',
        ),
    )
    await sleep(500)
    const began = performance.now()
    await gone(lease)
    expect(performance.now() - began).toBeLessThan(4500)
    expect(await Promise.all(hidden)).toEqual(['dead', 'dead', 'dead'])
  })

  it('somebody else’s sessions, and one who is just signing in, are not touched', async () => {
    const [leaver, stays] = [await leased(actor, 'read'), await leased(actor, 'write')]
    const other = await cluster.signIn(roleOf(stays))
    await other.query('begin; insert into orders values (7)')
    const { host, port } = addressOf(cluster.acting.connectionString, 'test')
    const slow = connectTo(port, host)
    slow.write(startup('anybody', 'shop'))
    await new Promise((resolve) => slow.once('data', resolve))
    let closed = false
    slow.once('close', () => {
      closed = true
    })
    await gone(leaver)
    expect((await other.query('rollback; select 1')) && closed).toBe(false)
    slow.destroy()
    await gone(stays)
  })

  it('a session that became the group ends; from 16 on it cannot become it', async () => {
    const lease = await leased(actor, 'write')
    await cluster.sql('grant temporary on database shop to bf_rw')
    const client = await cluster.signIn(roleOf(lease))
    await client.query('create temp table mine as select * from orders')
    const became = await client.query('set role bf_rw').then(
      () => true,
      () => false,
    )
    expect(became).toBe(cluster.version < 160_000)
    await client.query('insert into orders values (3)')
    await gone(lease)
    await dead(client)
  })

  it('nobody keeps their role by changing its password in a transaction that does not end', async () => {
    const lease = await leased(actor, 'write')
    const holding = `begin; alter role ${roleOf(lease)} password 'another'`
    let on = true
    const again = async () => {
      for (let failures = 0; on && failures < 100; ) {
        const client = await cluster.signIn(roleOf(lease)).catch(() => null)
        if (client === null) failures++
        else await client.query(`${holding}; select pg_sleep(60)`).catch(() => undefined)
      }
    }
    const loops = [again(), again(), again()]
    await sleep(300)
    await actor.revoke(lease, NEVER)
    on = false
    await Promise.all(loops)
    expect(await actor.look(lease, NEVER)).toEqual([])

    const other = await leased(actor, 'write')
    const client = await cluster.signIn(roleOf(other))
    await client.query(`begin; alter role ${roleOf(other)} password 'another'; prepare transaction 'in the way'`)
    await gone(other)
    await dead(client)
  })

  it('what was prepared for two phases is rolled back, also in the name of the group', async () => {
    const lease = await leased(actor, 'write')
    const client = await cluster.signIn(roleOf(lease))
    await client.query(`begin; insert into orders values (11); prepare transaction 'it''s mine'`)
    const groups = cluster.version < 160_000
    if (groups) {
      await client.query(`set role bf_rw; begin; lock orders in row exclusive mode; prepare transaction 'of the group'`)
    }
    expect(await actor.look(lease, NEVER)).toContainEqual({ what: 'prepared transaction', detail: "it's mine" })
    await gone(lease)
    const { rows } = await cluster.admin.query('select gid from pg_prepared_xacts')
    expect(rows).toEqual([])
    expect((await cluster.sql('select from orders where id = 11')).rowCount).toBe(0)
  })
})

/** The first message of a client (PostgreSQL manual, "Message Formats", StartupMessage). */
function startup(user: string, database: string): Buffer {
  const body = Buffer.from(`\0\x03\0\0user\0${user}\0database\0${database}\0\0`, 'latin1')
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length + 4)
  return Buffer.concat([length, body])
}
