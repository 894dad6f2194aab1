import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FACTS, type Fact, type FactKind } from '../../facts/kinds.ts'
import { fixedClock } from '../../kernel/clock/clock.ts'
import type { Connector } from '../../kernel/collect/connector.ts'
import { prepareRuntime } from '../../kernel/db/runtime.ts'
import { serverUser } from '../../kernel/db/server-user.ts'
import { type RunningSandboxPostgres, startSandboxPostgres } from '../../kernel/drill/sandbox-postgres.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { postgresCluster } from './cluster.connector.ts'
import { postgresObjects } from './objects.connector.ts'
import { postgresReader, type ReaderOptions } from './reader.ts'
import { postgresRoles } from './roles.connector.ts'

let folder: string
let cluster: RunningSandboxPostgres

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bergfried-pg-'))
  const user = await serverUser()
  if (process.getuid?.() === 0) await chown(folder, user.uid, user.gid)
  const { bin } = await prepareRuntime(join(folder, 'runtime'))
  cluster = await startSandboxPostgres({
    binaries: bin,
    folder: join(folder, 'c'),
    ...(process.getuid?.() === 0 ? { asUser: user } : {}),
  })
  await cluster.sql(PLANTED)
  await cluster.sql('alter system set log_connections = off', 'postgres')
  await cluster.hba(
    `${await cluster.readHba()}host all "Müller ""x""" 10.0.0.0/8 trust\nhost all all 10.0.0.0/8 ldap ldapserver=l ldapbasedn="o=x" ldapbindpasswd=geheim-1\nnonsense\n`,
  )
}, 90_000)
afterAll(async () => {
  await cluster.stop()
  await rm(folder, { recursive: true, force: true })
})

const PLANTED = `
  create role boss superuser login password 'x';
  create role chain_a nologin; create role chain_b nologin in role chain_a; create role chain_c login in role chain_b;
  grant pg_read_all_data to chain_a;
  create role bypass login bypassrls createrole createdb replication valid until '2020-01-01' connection limit 3;
  create role forever login valid until 'infinity';
  create role "Müller ""x""" login;
  set password_encryption = md5; create role old login password 'x'; reset password_encryption;
  create function shop.loose() returns int language sql security definer as 'select 1';
  create function shop.fixed() returns int language sql security definer set search_path = pg_catalog, pg_temp as 'select 1';
  create function shop.wide() returns int language sql security definer set search_path = "$user", public as 'select 1';
  revoke execute on function shop.fixed() from public;
  alter default privileges for role shop_owner in schema shop grant select on tables to public;
  grant select, update on shop.customer to public;
  grant select on shop."order" to reporting with grant option;
  create role plain login password 'plain';
  create role monitor login password 'monitor' in role pg_monitor;
  grant connect on database shop, postgres to plain, monitor;
`

const reader = (more: Partial<ReaderOptions> = {}) =>
  postgresReader({ system: 'test', connectionString: cluster.connectionString, ...more })
const as = (role: string, password: string, database = 'postgres'): Partial<ReaderOptions> => ({
  connectionString: `postgres://${role}@127.0.0.1:${cluster.port}/${database}?sslmode=require`,
  password,
})

async function collect<K extends FactKind>(connector: Connector<K, 'postgres'>, options: Partial<ReaderOptions> = {}) {
  const rows = new Map<FactKind, unknown[]>()
  const failures = new Map<FactKind, unknown>()
  await connector.collect(
    { connect: (database) => reader({ ...options, ...(database === undefined ? {} : { database }) }) },
    {
      system: 'test',
      clock: fixedClock('2026-11-01T00:00:00Z'),
      signal: new AbortController().signal,
      emit: async (kind, row) => {
        FACTS.get(kind)?.shape.parse(row)
        rows.set(kind, [...(rows.get(kind) ?? []), row])
      },
      fail: (kind, error) => failures.set(kind, error),
    },
  )
  return { of: <F extends K>(kind: F) => (rows.get(kind) ?? []) as Fact<F>[], failures }
}

describe('roles', () => {
  it('come with attributes, closure of memberships and the state of the password, never the verifier', async () => {
    const { of, failures } = await collect(postgresRoles)
    expect(failures.size).toBe(0)
    const role = (name: string) => of('pg_role').find((r) => r.role === name)
    expect(role('boss')).toMatchObject({ superuser: true, canLogin: true, password: 'scram', builtIn: false })
    expect(role('postgres')).toMatchObject({ superuser: true, builtIn: true })
    expect(role('chain_c')?.memberOf).toEqual(['chain_a', 'chain_b', 'pg_read_all_data'])
    expect(role('bypass')).toMatchObject({
      bypassRls: true,
      createRole: true,
      createDb: true,
      replication: true,
      connectionLimit: 3,
      validUntil: '2020-01-01T00:00:00.000Z',
    })
    expect(role('forever')?.validUntil).toBeNull()
    expect(role('old')?.password).toBe('md5')
    expect(role('chain_a')?.password).toBe('none')
    expect(role('Müller "x"')).toBeDefined()
    expect(JSON.stringify(of('pg_role'))).not.toMatch(/SCRAM-SHA-256\$|md5[0-9a-f]{32}/)
  })

  it('without the right to see verifiers say unknown, not none', async () => {
    const { of } = await collect(postgresRoles, as('plain', 'plain'))
    expect(new Set(of('pg_role').map((r) => r.password))).toEqual(new Set(['unknown']))
  })
})

describe('the cluster', () => {
  it('tells settings, rules with their errors and live connections', async () => {
    const open = await cluster.connect('plain', 'plain')
    const { of, failures } = await collect(postgresCluster)
    await open.close()
    expect(failures.size).toBe(0)
    expect(of('pg_cluster')[0]).toMatchObject({
      major: 18,
      tls: true,
      listenAddresses: ['127.0.0.1'],
      seesPasswords: true,
    })
    const setting = (name: string) => of('pg_setting_value').find((s) => s.setting === name)
    expect(setting('password_encryption')?.value).toBe('scram-sha-256')
    expect(setting('archive_command')?.value).toMatch(/^(set|empty)$/)
    expect(of('pg_hba_rule').find((r) => r.method === 'trust')).toMatchObject({
      type: 'host',
      roles: ['Müller "x"'],
      address: '10.0.0.0',
    })
    expect(of('pg_hba_rule').some((r) => r.error !== null)).toBe(true)
    expect(JSON.stringify(of('pg_hba_rule'))).not.toContain('geheim-1')
    expect(of('pg_session').find((s) => s.role === 'plain')).toMatchObject({
      client: '127.0.0.1',
      tls: true,
      database: 'shop',
    })
  })

  it('read by a role without rights fails by kind, and is never silently empty', async () => {
    const { of, failures } = await collect(postgresCluster, as('plain', 'plain'))
    expect(of('pg_cluster')).toHaveLength(1)
    for (const kind of ['pg_setting_value', 'pg_hba_rule', 'pg_session'] as const) {
      expect(failures.get(kind), kind).toMatchObject({ code: 'collect.denied' })
      expect(of(kind)).toEqual([])
    }
  })

  it('read by a member of pg_monitor lacks the rules alone', async () => {
    const { failures } = await collect(postgresCluster, as('monitor', 'monitor'))
    expect([...failures.keys()]).toEqual(['pg_hba_rule'])
  })
})

describe('objects', () => {
  it('come from every database: grants, owners, SECURITY DEFINER, defaults', async () => {
    const { of, failures } = await collect(postgresObjects)
    expect(failures.size).toBe(0)
    expect(of('pg_db').find((d) => d.database === 'shop')).toMatchObject({
      owner: 'shop_owner',
      publicConnect: false,
      publicCreate: false,
    })
    const grants = of('pg_grant').filter((g) => g.database === 'shop')
    expect(grants.find((g) => g.object === 'customer' && g.grantee === 'PUBLIC')?.privileges).toEqual([
      'SELECT',
      'UPDATE',
    ])
    expect(grants.find((g) => g.object === 'order' && g.grantee === 'reporting')?.grantable).toBe(true)
    const definer = (name: string) => of('pg_security_definer').find((f) => f.function === `shop.${name}()`)
    expect(definer('loose')).toMatchObject({ ownerSuperuser: true, publicExecute: true, searchPathFixed: false })
    expect(definer('fixed')).toMatchObject({ publicExecute: false, searchPathFixed: true })
    expect(definer('wide')).toMatchObject({ searchPathFixed: false })
    expect(of('pg_default_privilege')).toMatchObject([
      { role: 'shop_owner', schema: 'shop', objectKind: 'table', grantee: 'PUBLIC' },
    ])
    expect(of('pg_owned').some((o) => o.owner === 'shop_owner' && o.objects >= 3)).toBe(true)
    expect(of('pg_installed_extension').some((e) => e.extension === 'plpgsql' && !e.reachesOut)).toBe(true)
  })

  it('of a database that lets us not in fail with its name', async () => {
    const { failures } = await collect(postgresObjects, as('plain', 'plain'))
    expect(failures.get('pg_grant')).toMatchObject({ code: 'collect.denied' })
    expect(JSON.stringify((failures.get('pg_grant') as BergfriedError).detail)).toContain('template1')
  })
})

describe('the reader', () => {
  const refused = async (options: Partial<ReaderOptions>) => {
    const error: unknown = await reader(options).then(
      () => null,
      (e: unknown) => e,
    )
    expect(error).toBeInstanceOf(BergfriedError)
    const told = `${(error as Error).message} ${(error as BergfriedError).sentence('en')}`
    expect(told).not.toMatch(/wrong-pass|geheim/)
    return error as BergfriedError
  }

  it('names what is wrong with an address, without its password', async () => {
    expect(await refused({ connectionString: 'postgres://x:geheim@127.0.0.1:1/y' })).toMatchObject({
      code: 'collect.unreachable',
      detail: { reason: 'connection refused' },
    })
    expect(await refused(as('plain', 'wrong-pass'))).toMatchObject({ detail: { reason: 'sign-in refused' } })
    const strict = `postgres://plain@127.0.0.1:${cluster.port}/postgres?sslmode=verify-full`
    expect(await refused({ connectionString: strict, password: 'plain' })).toMatchObject({
      detail: { reason: expect.stringMatching(/^TLS: /) },
    })
    expect(await refused({ ...as('plain', 'plain', 'nowhere') })).toMatchObject({ code: 'collect.unreachable' })
  })

  it('ends a statement that takes too long, and all of them when told to stop', async () => {
    const slow = await reader({ statementTimeoutMs: 100 })
    await expect(slow.query('select pg_sleep(5)')).rejects.toMatchObject({ code: 'collect.timeout' })
    await slow.close()
    const stop = new AbortController()
    const stopped = await reader({ signal: stop.signal })
    const sleeping = stopped.query('select pg_sleep(5)')
    stop.abort()
    await expect(sleeping).rejects.toThrow()
  })

  it('cannot write', async () => {
    const one = await reader({ database: 'shop' })
    await expect(one.query('insert into shop.customer values (1, $1)', ['x'])).rejects.toBeInstanceOf(BergfriedError)
    await one.close()
  })
})
