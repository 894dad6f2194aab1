import { existsSync } from 'node:fs'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BergfriedError } from '../../kernel/errors.ts'
import { postgresCluster } from './cluster.connector.ts'
import { postgresObjects } from './objects.connector.ts'
import { postgresRoles } from './roles.connector.ts'
import { OLDER, startTestCluster, type TestCluster } from './testing/cluster.ts'
import { LONG_NAME, ODD_DATABASE, PLANTED, PLANTED_HBA, READER_RIGHTS } from './testing/planted.ts'

describe.each([
  { name: 'the bundled PostgreSQL', binaries: undefined, major: 18, missing: false },
  { name: 'PostgreSQL 15 of Debian', binaries: OLDER, major: 15, missing: !existsSync(`${OLDER}/postgres`) },
])('$name', ({ binaries, major, missing }) => {
  let cluster: TestCluster
  beforeAll(async () => {
    if (missing) return
    cluster = await startTestCluster(binaries)
    await cluster.sql(PLANTED)
    await cluster.sql(`create database "${ODD_DATABASE.replaceAll('"', '""')}"`)
    await cluster.sql(`revoke connect on database "${ODD_DATABASE.replaceAll('"', '""')}" from public`)
    await cluster.sql(READER_RIGHTS, 'postgres')
    await cluster.sql("alter system set archive_command = 'curl -u a:geheim-6 x'", 'postgres')
    await cluster.hba(await cluster.readHba())
  }, 90_000)
  afterAll(() => cluster?.stop())

  it.skipIf(missing)(
    'roles come with attributes, closure of memberships and state of password, no verifier',
    async () => {
      const { of, failures } = await cluster.collect(postgresRoles)
      expect(failures.size).toBe(0)
      const role = (name: string) => of('pg_role').find((r) => r.role === name)
      expect(role('boss')).toMatchObject({ superuser: true, canLogin: true, password: 'scram', builtIn: false })
      expect(role('postgres')).toMatchObject({ superuser: true, builtIn: true })
      expect(role('chain_c')?.memberOf).toEqual(['chain_a', 'chain_b', 'pg_read_all_data'])
      expect(role('chain_a')).toMatchObject({ memberOf: ['pg_read_all_data'], password: 'none', canLogin: false })
      expect(role('bypass')).toMatchObject({
        bypassRls: true,
        createRole: true,
        createDb: true,
        replication: true,
        connectionLimit: 3,
        validUntil: '2020-01-01T00:00:00.000Z',
      })
      expect(role('boss')?.validUntil).toBeNull()
      expect(role('forever')?.validUntil).toBeNull()
      expect(role('never')?.validUntil).toBe('0001-01-01T00:00:00.000Z')
      expect(role('caesar')?.validUntil).toBe('0001-01-01T00:00:00.000Z')
      expect(role('faraway')?.validUntil).toBe('9999-12-31T23:59:59.000Z')
      expect(role('old')?.password).toBe('md5')
      expect(role('Müller "x"')).toBeDefined()
      expect(role(LONG_NAME)).toBeDefined()
      expect(JSON.stringify(of('pg_role'))).not.toMatch(/SCRAM-SHA-256\$|md5[0-9a-f]{32}/)
    },
  )

  it.skipIf(missing)('roles read without the right to see verifiers say unknown, not none', async () => {
    const { of } = await cluster.collect(postgresRoles, cluster.as('plain', 'plain'))
    expect(new Set(of('pg_role').map((r) => r.password))).toEqual(new Set(['unknown']))
  })

  it.skipIf(missing)('the cluster tells its settings, and of commands only that they are set', async () => {
    const { of, failures } = await cluster.collect(postgresCluster)
    expect(failures.size).toBe(0)
    expect(of('pg_cluster')).toMatchObject([{ major, tls: true, listenAddresses: ['127.0.0.1'], seesPasswords: true }])
    const setting = (name: string) => of('pg_setting_value').find((s) => s.setting === name)
    expect(setting('password_encryption')).toMatchObject({ value: 'scram-sha-256', pendingRestart: false })
    expect(JSON.stringify(of('pg_setting_value'))).not.toContain('geheim')
  })

  it.skipIf(missing)('rules come with their errors and without secrets, broken lines too', async () => {
    const good = await cluster.readHba()
    await cluster.hba(good + PLANTED_HBA)
    const { of } = await cluster.collect(postgresCluster)
    await cluster.hba(good)
    const rules = of('pg_hba_rule')
    const after = good.split('\n').length + 1
    expect(rules.every((r) => r.file === 'pg_hba.conf')).toBe(true)
    expect(rules[after - 1]).toMatchObject({
      type: 'host',
      roles: ['Müller "x"'],
      address: '10.0.0.0',
      method: 'trust',
    })
    expect(rules.find((r) => r.options.includes('radiussecrets='))).toMatchObject({ error: null, method: 'radius' })
    expect(rules.filter((r) => r.error !== null).map((r) => r.line - after)).toEqual(
      major === 18 ? [1, 2, 4, 5, 6] : [2, 4, 5, 6],
    )
    expect(rules.find((r) => r.error === 'invalid connection type "hots"')).toBeDefined()
    expect(JSON.stringify(rules)).not.toContain('geheim')
  })

  it.skipIf(missing)('live connections tell who comes how: in clear text, over TLS, as a replica', async () => {
    const good = await cluster.readHba()
    await cluster.hba(
      `host shop plain 127.0.0.1/32 scram-sha-256\n${good}hostssl replication all 127.0.0.1/32 scram-sha-256\n`,
    )
    const clear = await cluster.connect('plain', 'plain')
    const tls = await cluster.connect('monitor', 'monitor')
    const login = { host: '127.0.0.1', port: cluster.port, user: 'bypass', password: 'bypass' }
    await cluster.sql("alter role bypass valid until 'infinity'")
    const replica = new pg.Client({
      ...login,
      ssl: { rejectUnauthorized: false },
      replication: 'true',
    } as pg.ClientConfig)
    await replica.connect()
    // Somebody who bears our name.
    const named = await cluster.reader(cluster.as('plain', 'plain'))
    const { of } = await cluster.collect(postgresCluster)
    await Promise.all([clear.close(), tls.close(), replica.end(), named.close(), cluster.hba(good)])
    const session = (role: string, database: string | null) =>
      of('pg_session').find((s) => s.role === role && s.database === database)
    expect(session('plain', 'shop')).toMatchObject({ client: '127.0.0.1', tls: false, tlsVersion: null, sessions: 1 })
    expect(session('monitor', 'shop')).toMatchObject({ client: '127.0.0.1', tls: true, tlsVersion: 'TLSv1.3' })
    expect(session('bypass', null)).toMatchObject({ tls: true })
    expect(session('plain', 'postgres')).toMatchObject({ tls: true })
    expect(of('pg_session').some((s) => s.role === 'postgres')).toBe(false)
    await cluster.sql("alter role bypass valid until '2020-01-01'")
  })

  it.skipIf(missing)(
    'the cluster read by a role without rights fails by kind, and is never silently empty',
    async () => {
      const { of, failures } = await cluster.collect(postgresCluster, cluster.as('plain', 'plain'))
      expect(of('pg_cluster')).toMatchObject([{ seesPasswords: false }])
      for (const kind of ['pg_setting_value', 'pg_hba_rule', 'pg_session'] as const) {
        expect(failures.get(kind), kind).toMatchObject({ code: 'collect.denied' })
        expect(of(kind)).toEqual([])
      }
    },
  )

  it.skipIf(missing)(
    'read by a member of pg_monitor the rules alone are missing; with the declared rights, nothing',
    async () => {
      const { failures } = await cluster.collect(postgresCluster, cluster.as('monitor', 'monitor'))
      expect([...failures.keys()]).toEqual(['pg_hba_rule'])
      const reader = cluster.as('reader', 'reader')
      const all = await Promise.all([
        cluster.collect(postgresCluster, reader),
        cluster.collect(postgresRoles, reader),
        cluster.collect(postgresObjects, reader),
      ])
      expect(all.flatMap((c) => [...c.failures])).toEqual([])
      expect(all[0].of('pg_hba_rule').length).toBeGreaterThan(2)
      expect(all[1].of('pg_role').find((r) => r.role === 'old')?.password).toBe('md5')
    },
  )

  it.skipIf(missing)('objects come from every database: grants, owners, defaults, extensions', async () => {
    const { of, failures } = await cluster.collect(postgresObjects)
    expect([...failures]).toEqual([])
    const database = (name: string) => of('pg_db').find((d) => d.database === name)
    expect(database('shop')).toMatchObject({ owner: 'shop_owner', publicConnect: false, publicCreate: false })
    expect(database(ODD_DATABASE)).toMatchObject({ owner: 'postgres', allowsConnections: true, publicConnect: false })
    expect(database('template0')).toMatchObject({ allowsConnections: false, isTemplate: true, publicConnect: true })
    const grant = (object: string, grantee: string) =>
      of('pg_grant').find((g) => g.database === 'shop' && g.object === object && g.grantee === grantee)
    expect(grant('customer', 'PUBLIC')?.privileges).toEqual(['SELECT', 'UPDATE'])
    expect(grant('order', 'reporting')).toMatchObject({ grantable: true, objectKind: 'table' })
    expect(grant('T 1 (c 1)', 'PUBLIC')).toMatchObject({ schema: 'Odd "schema", x', privileges: ['SELECT'] })
    expect(grant('pg_authid', 'chain_c')).toMatchObject({ schema: 'pg_catalog', privileges: ['SELECT'] })
    expect(grant('everybody', 'PUBLIC')).toMatchObject({ objectKind: 'schema', privileges: ['CREATE', 'USAGE'] })
    // What initdb opened is nobody's doing.
    const delivered = of('pg_grant').filter((g) => g.grantee === 'PUBLIC' && /^pg_|^information_schema$/.test(g.schema))
    expect(delivered).toEqual([])
    expect(of('pg_default_privilege')).toMatchObject([
      { role: 'shop_owner', schema: 'shop', objectKind: 'table', grantee: 'PUBLIC', privileges: ['SELECT'] },
    ])
    expect(of('pg_owned').find((o) => o.database === 'shop' && o.owner === 'shop_owner')?.objects).toBe(5)
    const outside = of('pg_installed_extension').filter((e) => e.database === 'shop' && e.reachesOut)
    expect(outside.map((e) => e.extension)).toEqual(['file_fdw'])
  })

  it.skipIf(missing)('SECURITY DEFINER functions tell whom they serve and whether a caller can turn them', async () => {
    const { of } = await cluster.collect(postgresObjects)
    const functions = of('pg_security_definer')
    const named = (f: { function: string }) => f.function.replace(/^shop\.|\(\)$/g, '')
    expect(functions.filter((f) => f.searchPathFixed).map(named)).toEqual(['empty', 'fixed', 'own'])
    expect(functions.filter((f) => !f.searchPathFixed).map(named)).toEqual([
      'creatable',
      'loose',
      'temp_early',
      'temp_first',
      'wide',
    ])
    expect(functions.filter((f) => !f.publicExecute).map(named)).toEqual(['fixed'])
    expect(functions.filter((f) => !f.ownerSuperuser).map((f) => [named(f), f.owner])).toEqual([['own', 'shop_owner']])
  })

  it.skipIf(missing)('objects of a database that lets us not in fail by its name, and its row with them', async () => {
    const { of, failures } = await cluster.collect(postgresObjects, cluster.as('plain', 'plain'))
    for (const kind of postgresObjects.produces) {
      expect(failures.get(kind), kind).toMatchObject({ code: 'collect.denied' })
      expect((failures.get(kind) as BergfriedError).sentence('de')).toMatch(/template1|Läden/)
    }
    expect(of('pg_db').some((d) => d.database === 'template1')).toBe(false)
    expect(of('pg_grant').some((g) => g.database === 'shop')).toBe(true)
  })
})
