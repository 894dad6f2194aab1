import { chown, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { prepareRuntime } from '../db/runtime.ts'
import { type ServerUser, serverUser } from '../db/server-user.ts'
import { startSandboxPostgres } from './sandbox-postgres.ts'

const root = process.getuid?.() === 0
let home: string
let user: ServerUser
let binaries: string

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'bergfried-sandbox-'))
  user = await serverUser()
  if (root) await chown(home, user.uid, user.gid)
  binaries = (await prepareRuntime(join(home, 'runtime'))).bin
}, 60_000)
afterAll(() => rm(home, { recursive: true, force: true }))

const start = (folder: string, from = binaries) =>
  startSandboxPostgres({ binaries: from, folder, ...(root ? { asUser: user } : {}) })

const missing = (path: string): Promise<boolean> =>
  stat(path).then(
    () => false,
    () => true,
  )

describe('a sandbox cluster', () => {
  it('lets new rules hold as soon as they are set, broken ones leave the old in force', async () => {
    const sandbox = await start(join(home, 'a'))
    const good = await sandbox.readHba()
    await sandbox.sql("alter role reporting password 'reporting'")
    const gets = async () =>
      sandbox.connect('reporting', 'reporting').then(
        async (session) => {
          await session.close()
          return 'in'
        },
        (error: { code?: string }) => error.code,
      )
    for (let round = 0; round < 10; round += 1) {
      await sandbox.hba(`host all reporting 127.0.0.1/32 reject\n${good}`)
      expect(await gets()).toBe('28000')
      await sandbox.hba(good)
      expect(await gets()).toBe('in')
    }
    await sandbox.hba(`nonsense\n${good}`)
    expect(await gets()).toBe('in')
    expect(await sandbox.readHba()).toBe(`nonsense\n${good}`)
    await sandbox.stop()
  })

  it('runs what cannot run in a transaction, and shows a session in clear text where the rules let it in', async () => {
    const sandbox = await start(join(home, 'b'))
    await sandbox.sql('alter system set log_statement = mod')
    await sandbox.sql('create database drill')
    await sandbox.sql('drop database drill')
    await sandbox.sql("alter role reporting password 'reporting'")
    await sandbox.hba(`host all reporting 127.0.0.1/32 scram-sha-256\n${await sandbox.readHba()}`)
    const session = await sandbox.connect('reporting', 'reporting')
    await sandbox.sql(`do $$ begin
      assert (select not s.ssl from pg_stat_activity a join pg_stat_ssl s using (pid) where a.usename = 'reporting');
      assert exists (select from pg_file_settings where name = 'log_statement' and setting = 'mod'); end $$`)
    await session.close()
    await expect(sandbox.sql('assert false')).rejects.toThrow()
    await sandbox.stop()
  })

  it('in a folder too deep for a socket takes a short one, and leaves neither behind', async () => {
    const deep = join(home, 'd'.repeat(60), 'e'.repeat(60))
    await mkdir(deep, { recursive: true })
    const sandbox = await start(join(deep, 'c'))
    const sockets = new URL(sandbox.connectionString.replace('@/', '@host/')).searchParams.get('host') ?? ''
    expect(sockets).toMatch(/^\/tmp\//)
    await sandbox.sql('select 1')
    await sandbox.stop()
    expect(await missing(sockets)).toBe(true)
    expect(await readdir(deep)).toEqual([])
  })

  it('that was killed can be stopped, twice', async () => {
    const sandbox = await start(join(home, 'k'))
    const postmaster = Number((await readFile(join(home, 'k', 'data', 'postmaster.pid'), 'utf8')).split('\n', 1)[0])
    process.kill(postmaster, 'SIGKILL')
    await expect(sandbox.sql('select pg_sleep(1)')).rejects.toThrow()
    await sandbox.stop()
    await sandbox.stop()
    expect(await missing(join(home, 'k'))).toBe(true)
  })

  it('that cannot start says so and leaves nothing behind', async () => {
    const failure = { name: 'BergfriedError', code: 'db.start_failed' }
    await expect(start(join(home, 'n'), '/nonexistent')).rejects.toMatchObject(failure)
    expect(await missing(join(home, 'n'))).toBe(true)
  })

  it('shows its certificate for this computer alone, signed by its authority', async () => {
    const sandbox = await start(join(home, 't'))
    await sandbox.sql("alter role reporting password 'reporting'")
    const client = new pg.Client({
      host: '127.0.0.1',
      port: sandbox.port,
      user: 'reporting',
      password: 'reporting',
      database: 'shop',
      ssl: { ca: sandbox.authority },
    })
    await client.connect()
    await client.end()
    await sandbox.stop()
  })
})
