import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestCluster, type TestCluster } from '../testing/cluster.ts'
import { ACTING } from './names.ts'
import { postgresActor } from './postgres-actor.ts'
import { prepareCluster, prepareSchema } from './prepare.ts'
import { leased, NEVER } from './testing/lease.ts'

describe('over TLS, on a cluster that is closed to PUBLIC', () => {
  let cluster: TestCluster
  let folder: string
  beforeAll(async () => {
    cluster = await startTestCluster()
    folder = await mkdtemp(join(tmpdir(), 'bf-tls-'))
    await writeFile(join(folder, 'ca.pem'), cluster.authority)
    for (const sql of prepareCluster(180_000, 'of-acting')) await cluster.sql(sql, 'postgres')
    for (const sql of prepareSchema('shop', 'shop', 'shop_owner')) await cluster.sql(sql, 'shop')
  })
  afterAll(async () => {
    await cluster.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('somebody is given a role, and it is taken away, with the server’s certificate verified', async () => {
    const actor = postgresActor({
      system: 'test',
      connectionString: `postgres://${ACTING}@localhost:${cluster.port}/shop?sslmode=verify-full&sslrootcert=${encodeURIComponent(join(folder, 'ca.pem'))}`,
      password: async () => 'of-acting',
    })
    const lease = await leased(actor, 'read')
    await actor.revoke(lease, NEVER)
    expect(await actor.look(lease, NEVER)).toEqual([])
    expect(await actor.probe(lease, NEVER)).toBe('refused')
  })

  it('a server whose certificate nobody vouches for gets no password', async () => {
    const actor = postgresActor({
      system: 'test',
      connectionString: `postgres://${ACTING}@localhost:${cluster.port}/shop?sslmode=verify-full`,
      password: 'of-acting',
    })
    await expect(leased(actor, 'read')).rejects.toMatchObject({ code: 'collect.unreachable' })
  })

  it('where nobody prepared the cluster, that is said', async () => {
    const bare = await startTestCluster()
    const actor = postgresActor({ system: 'test', connectionString: bare.connectionString, password: passwordOf(bare) })
    await expect(leased(actor, 'read')).rejects.toMatchObject({ code: 'access.not_applied' })
    const never = { grant: '01234567-89ab-4cde-8f01-23456789abcd', account: 'anna', level: 'read', external: '' }
    await actor.revoke({ ...never, until: new Date(0), credential: null }, NEVER)
    await bare.stop()
  })
})

const passwordOf = (cluster: TestCluster): string => new URL(cluster.connectionString.replace('@/', '@x/')).password
