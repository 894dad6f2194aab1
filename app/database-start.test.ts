import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { prepareRuntime } from '../kernel/db/runtime.ts'
import { serverUser } from '../kernel/db/server-user.ts'
import { type RunningSandboxPostgres, startSandboxPostgres } from '../kernel/drill/sandbox-postgres.ts'
import { startDatabase } from './database-start.ts'

let folder: string
let server: RunningSandboxPostgres
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bergfried-url-'))
  const user = await serverUser()
  if (process.getuid?.() === 0) await chown(folder, user.uid, user.gid)
  const { bin } = await prepareRuntime(join(folder, 'runtime'))
  server = await startSandboxPostgres({
    binaries: bin,
    folder: join(folder, 'c'),
    ...(process.getuid?.() === 0 ? { asUser: user } : {}),
  })
  await server.sql(`create role bergfried login createrole password 'own'`, 'postgres')
  await server.sql('create database bergfried owner bergfried', 'postgres')
}, 90_000)
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

describe('a foreign PostgreSQL', () => {
  it('is used through one account that takes the roles on, with the rights of each', async () => {
    const url = `postgres://bergfried:own@127.0.0.1:${server.port}/bergfried?sslmode=no-verify`
    for (let start = 0; start < 2; start += 1) {
      const opened = await startDatabase(folder, url)
      const { database } = opened
      const [row] = await database.stage('bf_judge').query<{ me: string }>('select current_user as me')
      expect(row?.me).toBe('bf_judge')
      await expect(database.stage('bf_collect').query('select from finding.verdict_row')).rejects.toMatchObject({
        code: '42501',
      })
      await database.stage('bf_desk').query(`select evidence.append('2026-11-01', 'token', '{}')`)
      await opened.close()
    }
    const positions = await startDatabase(folder, url)
    const rows = await positions.database
      .stage('bf_seal')
      .query<{ position: number }>('select position from evidence.entry order by 1')
    expect(rows.map((r) => r.position)).toEqual([0, 1])
    await positions.close()
  })
})
