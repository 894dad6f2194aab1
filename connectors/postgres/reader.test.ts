import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BergfriedError } from '../../kernel/errors.ts'
import type { ReaderOptions } from './reader.ts'
import { startTestCluster, type TestCluster } from './testing/cluster.ts'
import { ODD_DATABASE } from './testing/planted.ts'

const SECRETS = /geheim|SECRET/
let cluster: TestCluster
let folder: string
let authority: string

beforeAll(async () => {
  cluster = await startTestCluster()
  folder = await mkdtemp(join(tmpdir(), 'bergfried-pg-ca-'))
  authority = join(folder, 'ca.crt')
  await writeFile(authority, cluster.authority)
  await cluster.sql(`create role plain login password 'geheim'; grant connect on database postgres to plain;
    create role "Müller ""x"" %41" login password 'geheim:@/%'; grant connect on database shop to "Müller ""x"" %41"`)
  await cluster.sql(`create database "${ODD_DATABASE.replaceAll('"', '""')}"`)
}, 90_000)
afterAll(async () => {
  await cluster.stop()
  await rm(folder, { recursive: true, force: true })
})

const plain = (query: string, host = '127.0.0.1', port = cluster.port): Partial<ReaderOptions> => ({
  connectionString: `postgres://plain@${host}:${port}/postgres?${query}`,
  password: 'geheim',
})

async function refused(options: Partial<ReaderOptions>): Promise<BergfriedError> {
  const error: unknown = await cluster.reader(options).then(
    async (reader) => {
      await reader.close()
      return null
    },
    (e: unknown) => e,
  )
  expect(error).toBeInstanceOf(BergfriedError)
  const told = error as BergfriedError
  expect(`${told.message} ${told.stack} ${told.sentence('de')} ${told.sentence('en')}`).not.toMatch(SECRETS)
  return told
}

/** A server of our own making; what clients sent first is kept. */
async function fake(onSocket: (socket: Socket) => void, host = '127.0.0.1') {
  const sent: Buffer[] = []
  const open = new Set<Socket>()
  const server: Server = createServer((socket) => {
    open.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => sent.push(bytes))
    onSocket(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  return {
    port: (server.address() as AddressInfo).port,
    sent: () => Buffer.concat(sent),
    close: async () => {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

describe('what is wrong with an address is told, without its password', () => {
  it('nobody there, wrong password, none at all, no such database, no right to it', async () => {
    const unreachable = { code: 'collect.unreachable' }
    const nobody = await refused({ connectionString: 'postgres://x:geheim@127.0.0.1:1/y' })
    expect(nobody).toMatchObject({ ...unreachable, detail: { reason: 'connection refused' } })
    expect(nobody.sentence('de')).toContain('Verbindung abgelehnt')
    const noSocket = await refused({ connectionString: `postgres://x:geheim@/y?host=${folder}` })
    expect(noSocket).toMatchObject({ ...unreachable, detail: { reason: 'no socket' } })
    const unknown = await refused({ connectionString: 'postgres://x:geheim@db.invalid/y' })
    expect(unknown.detail['reason']).toMatch(/unknown host name|name service/)
    const signIn = { ...unreachable, detail: { reason: 'sign-in refused' } }
    expect(await refused({ ...plain('sslmode=require'), password: 'SECRET' })).toMatchObject(signIn)
    expect(await refused({ ...plain('sslmode=require'), password: '' })).toMatchObject(signIn)
    expect(await refused(plain('sslmode=disable'))).toMatchObject(signIn)
    expect(await refused({ database: 'nowhere' })).toMatchObject({ detail: { reason: 'no such database' } })
    expect(await refused({ ...plain('sslmode=require'), database: 'template1' })).toMatchObject({
      code: 'collect.denied',
      detail: { what: 'test: login' },
    })
  })

  it('a malformed one is refused and not quoted', async () => {
    expect(await refused({ connectionString: 'postgres://x:geheim@h:port/y' })).toMatchObject({
      detail: { reason: 'the address is malformed' },
    })
  })

  it('a server that says nothing', async () => {
    const silent = await fake(() => undefined)
    const options = { ...plain('sslmode=require', '127.0.0.1', silent.port), connectTimeoutMs: 200 }
    expect(await refused(options)).toMatchObject({ detail: { reason: 'timeout' } })
    const abort = new AbortController()
    const aborted = cluster.reader({ ...options, connectTimeoutMs: 10_000, signal: abort.signal })
    setTimeout(() => abort.abort(), 50)
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' })
    await silent.close()
  }, 5000)
})

describe('TLS', () => {
  it('is verified up to the name where nothing else is said', async () => {
    const ca = `sslrootcert=${encodeURIComponent(authority)}`
    for (const query of [
      `sslmode=verify-full&${ca}`,
      `sslmode=verify-ca&${ca}`,
      `sslmode=require&${ca}`,
      'sslmode=prefer',
    ]) {
      const reader = await cluster.reader(plain(query))
      expect(await reader.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()')).toEqual([{ ssl: true }])
      await reader.close()
    }
    for (const query of ['sslmode=verify-full', 'sslmode=verify-ca', 'sslmode=verify_full']) {
      expect((await refused(plain(query))).detail['reason'], query).toMatch(/^TLS: .*(SIGNATURE|ISSUER|SELF_SIGNED)/)
    }
    expect(await refused(plain(`sslmode=verify-full&sslrootcert=${folder}/none`))).toMatchObject({
      code: 'collect.unreadable',
      detail: { what: `${folder}/none`, reason: 'ENOENT' },
    })
  })

  it.skipIf(process.platform !== 'linux')(
    'refuses a certificate for another name, an address too (needs 127.0.0.2)',
    async () => {
      const other = await fake((socket) => {
        const onward = connect(cluster.port, '127.0.0.1')
        onward.on('error', () => undefined)
        socket.pipe(onward).pipe(socket)
      }, '127.0.0.2')
      const query = `sslrootcert=${encodeURIComponent(authority)}`
      expect(await refused(plain(`sslmode=verify-full&${query}`, '127.0.0.2', other.port))).toMatchObject({
        detail: { reason: 'TLS: ERR_TLS_CERT_ALTNAME_INVALID' },
      })
      const reader = await cluster.reader(plain(`sslmode=verify-ca&${query}`, '127.0.0.2', other.port))
      await reader.close()
      await other.close()
    },
  )

  it('that the server does not offer is an error, and nothing is sent in clear text', async () => {
    await cluster.sql('alter system set ssl = off', 'postgres')
    await cluster.hba(await cluster.readHba())
    expect(await refused(plain('sslmode=require'))).toMatchObject({ detail: { reason: 'TLS: the server offers none' } })
    await cluster.sql('alter system reset ssl', 'postgres')
    await cluster.hba(await cluster.readHba())

    const without = await fake((socket) => socket.once('data', () => socket.write('N')))
    for (const mode of ['allow', 'prefer', 'require', 'verify-full', 'whatever']) {
      expect((await refused(plain(`sslmode=${mode}`, '127.0.0.1', without.port))).sentence('de')).toContain('TLS')
    }
    // SSLRequest five times: length 8, code 80877103.
    expect(without.sent().toString('hex')).toBe('0000000804d2162f'.repeat(5))
    await without.close()
  })
})

describe('a reader', () => {
  it('signs in with names and passwords of any characters', async () => {
    const reader = await cluster.reader(cluster.as('Müller "x" %41', 'geheim:@/%', 'shop'))
    expect(await reader.query('select current_user::text as me')).toEqual([{ me: 'Müller "x" %41' }])
    await reader.close()
    const odd = await cluster.reader({ database: ODD_DATABASE })
    expect(await odd.query('select current_database()::text as here')).toEqual([{ here: ODD_DATABASE }])
    await odd.close()
  })

  it('cannot write, and keeps its own settings whatever the server presets for it', async () => {
    await cluster.sql(
      `alter role plain set default_transaction_read_only = off; alter role plain set statement_timeout = 0;
       alter role plain set search_path = evil; alter role plain set datestyle = 'German'`,
    )
    const reader = await cluster.reader(plain('sslmode=require'))
    const shown = `select current_setting('default_transaction_read_only') as ro, current_setting('statement_timeout') as timeout,
      current_setting('search_path') as path, current_setting('datestyle') as dates, '2026-01-02'::timestamptz as at`
    expect(await reader.query(shown)).toMatchObject([{ ro: 'on', timeout: '10s', path: 'pg_catalog' }])
    expect((await reader.query(shown))[0]?.['at']).toBeInstanceOf(Date)
    await reader.close()
    const owner = await cluster.reader({ database: 'shop' })
    await expect(owner.query('insert into shop.customer values (1, $1)', ['x'])).rejects.toMatchObject({
      code: 'collect.unreadable',
      detail: { reason: 'SQLSTATE 25006' },
    })
    await owner.close()
  })

  it('tells the server’s errors by their SQLSTATE, whatever names stand in them', async () => {
    const reader = await cluster.reader(plain('sslmode=require'))
    await expect(reader.query('select "ssl certificate closed" from pg_class')).rejects.toMatchObject({
      code: 'collect.unreadable',
      detail: { what: 'test: pg_class', reason: 'SQLSTATE 42703' },
    })
    await expect(reader.query('select rolpassword from pg_authid')).rejects.toMatchObject({
      code: 'collect.denied',
      detail: { what: 'test: pg_authid' },
    })
    await reader.close()
  })

  it('ends a statement that takes too long, and all of them when told to stop', async () => {
    const slow = await cluster.reader({ statementTimeoutMs: 100 })
    await expect(slow.query('select pg_sleep(5)')).rejects.toMatchObject({ code: 'collect.timeout' })
    await slow.close()
    const stop = new AbortController()
    const stopped = await cluster.reader({ signal: stop.signal })
    const sleeping = stopped.query('select pg_sleep(5)')
    stop.abort()
    await expect(sleeping).rejects.toMatchObject({ name: 'AbortError' })
    await expect(stopped.query('select 1')).rejects.toMatchObject({ name: 'AbortError' })
    await stopped.close()
    await expect(cluster.reader({ signal: stop.signal })).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('gives up on a server that falls silent, and hangs up on it', async () => {
    const reader = await cluster.reader({ statementTimeoutMs: 100 })
    const [backend] = await reader.query<{ pid: number }>('select pg_backend_pid() as pid')
    const pid = backend?.pid ?? 0
    process.kill(pid, 'SIGSTOP')
    try {
      await expect(reader.query('select 1')).rejects.toMatchObject({ code: 'collect.timeout' })
      await reader.close()
    } finally {
      process.kill(pid, 'SIGCONT')
    }
  }, 8000)

  it('that the server throws out says that the connection is lost', async () => {
    const reader = await cluster.reader()
    const [backend] = await reader.query<{ pid: number }>('select pg_backend_pid() as pid')
    await cluster.sql(`select pg_terminate_backend(${backend?.pid}, 5000)`)
    await expect(reader.query('select 1')).rejects.toMatchObject({ code: 'collect.unreachable' })
    await reader.close()
  })
})
