import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { appendFile, copyFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { consider } from '../capabilities/blocking/work/consider.ts'
import type { Raised } from '../capabilities/detection/store.ts'
import { DetectionStream } from '../capabilities/detection/stream/stream.ts'
import { systemClock } from '../kernel/clock/clock.ts'
import { blockingOf } from '../kernel/config/blocking-config.ts'
import type { SourceKind } from '../kernel/config/detection-config.ts'
import { type TestDatabase, testDatabase } from '../kernel/testing/cluster.ts'
import { loadPack } from './detection.ts'

let db: TestDatabase
let folder = ''
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.close())
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bergfried-detection-'))
})
afterEach(async () => {
  await db
    .stage('bf_owner')
    .query('truncate detection.event, detection.source, detection.state, detection.alert, detection.mail, blocking.ban')
  await rm(folder, { recursive: true, force: true })
})

const pool = () => db.stage('bf_detect')
const file = () => join(folder, 'auth.log')
const at = (second: number): string =>
  `2026-11-23T10:${String(Math.floor(second / 60)).padStart(2, '0')}:${String(second % 60).padStart(2, '0')}+00:00`
const failed = (second: number, address: string, user = 'root'): string =>
  `${at(second)} db-1 sshd[${1000 + second}]: Failed password for ${user} from ${address} port ${20_000 + second} ssh2\n`
const accepted = (second: number, address: string): string =>
  `${at(second)} db-1 sshd[${1000 + second}]: Accepted publickey for anna from ${address} port 50022 ssh2: ED25519 SHA256:abc\n`
const stream = async (kind: SourceKind = 'sshd', onRaised: (raised: readonly Raised[]) => void = () => undefined) =>
  new DetectionStream({
    pool: pool(),
    clock: systemClock,
    pack: await loadPack(null),
    mailFrom: null,
    sources: [{ name: 'auth', kind, file: file(), silentSeconds: 86_400 }],
    onRaised: async (_, raised) => onRaised(raised),
  })
const drained = async (one: DetectionStream): Promise<void> => {
  for (let idle = 0; idle < 3; ) idle = (await one.step()).lines === 0 ? idle + 1 : 0
  await one.close()
}
const alerts = () =>
  pool().query<{
    title: string
    about: Record<string, string>
    level: string
    count: number
    events: { raw: string }[]
  }>('select title, about, level, count, events from detection.alert order by first_at, title')
const BRUTE = 'Many failed sign-ins over SSH from one address'

describe('our rules', () => {
  it('are all taken by the engine', async () => {
    expect((await loadPack(null)).problems).toEqual([])
  })

  it.each<[string, SourceKind, string[], string[]]>([
    ['brute force', 'sshd', Array.from({ length: 9 }, (_, i) => failed(i, '203.0.113.9')), [BRUTE]],
    ['few failures', 'sshd', Array.from({ length: 5 }, (_, i) => failed(i, '203.0.113.9')), []],
    ['failures from many places', 'sshd', Array.from({ length: 30 }, (_, i) => failed(i, `203.0.113.${i}`)), []],
    [
      'spraying',
      'sshd',
      ['a', 'b', 'c', 'd', 'e'].map((user, i) => failed(i, '203.0.113.9', user)),
      ['Sign-ins over SSH tried with many names from one address'],
    ],
    [
      'success after many failures',
      'sshd',
      [...Array.from({ length: 8 }, (_, i) => failed(i, '203.0.113.9')), accepted(20, '203.0.113.9')],
      [BRUTE, 'Sign-in over SSH that succeeded after many that failed'],
    ],
    ['people who sign in', 'sshd', [accepted(1, '192.0.2.1'), failed(2, '192.0.2.1'), accepted(3, '192.0.2.1')], []],
    [
      'sudo refused',
      'sudo',
      [1, 2, 3].map(
        (s) => `${at(s)} db-1 sudo: anna : user NOT in sudoers ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh\n`,
      ),
      ['sudo refused again and again'],
    ],
    [
      'a scan',
      'web',
      Array.from(
        { length: 30 },
        (_, i) =>
          `203.0.113.9 - - [23/Nov/2026:10:00:${String(i).padStart(2, '0')} +0000] "GET /x${i} HTTP/1.1" 404 1 "-" "s"\n`,
      ),
      ['Web server scanned from one address'],
    ],
    [
      'a trap',
      'web',
      ['203.0.113.9 - - [23/Nov/2026:10:00:00 +0000] "GET /app/.env HTTP/1.1" 404 1 "-" "s"\n'],
      ['Request for a file that only attackers ask for'],
    ],
  ])('on %s', async (_, kind, lines, expected) => {
    await writeFile(file(), lines.join(''))
    await drained(await stream(kind))
    expect((await alerts()).map(({ title }) => title).sort()).toEqual([...expected].sort())
  })
})

describe('a stream', () => {
  it('keeps the lines of an alert, counts on while it is open, and begins a new one after it was closed', async () => {
    await writeFile(file(), Array.from({ length: 9 }, (_, i) => failed(i, '203.0.113.9')).join(''))
    const one = await stream()
    await drained(one)
    const [alert] = await alerts()
    expect(alert).toMatchObject({ about: { src_ip: '203.0.113.9' }, level: 'high', count: 1 })
    expect(alert?.events.some(({ raw }) => raw.includes('Failed password for root from 203.0.113.9'))).toBe(true)
    await pool().query(`update detection.alert set state = 'closed'`)
    await appendFile(file(), Array.from({ length: 9 }, (_, i) => failed(900 + i, '203.0.113.9')).join(''))
    await drained(one)
    expect(await alerts()).toHaveLength(2)
    const entries = await db
      .stage('bf_publish')
      .query<{ body: string }>(`select body from evidence.entry where kind = 'alert'`)
    expect(entries.length).toBeGreaterThanOrEqual(2)
    expect(entries.every(({ body }) => !body.includes('203.0.113.9'))).toBe(true)
  })

  it('reads on through rotation, by renaming and by truncating, and waits for the end of a line', async () => {
    const one = await stream()
    await writeFile(file(), failed(0, '203.0.113.9') + failed(1, '203.0.113.9').slice(0, 40))
    await drained(one)
    await appendFile(file(), failed(1, '203.0.113.9').slice(40) + failed(2, '203.0.113.9'))
    await rename(file(), `${file()}.1`)
    await appendFile(`${file()}.1`, failed(3, '203.0.113.9'))
    await writeFile(file(), failed(4, '203.0.113.9'))
    await drained(one)
    await copyFile(file(), `${file()}.2`)
    await truncate(file())
    await drained(one)
    await appendFile(file(), failed(5, '203.0.113.9'))
    await drained(one)
    const rows = await pool().query<{ n: number }>('select count(*)::int as n from detection.event')
    expect(rows[0]?.n).toBe(6)
  })

  it('is not stopped by lines that are no lines', async () => {
    await writeFile(
      file(),
      Buffer.concat([
        randomBytes(200_000),
        Buffer.from(`\n${failed(1, '203.0.113.9')}\0\0\n${'x'.repeat(100_000)}\n${failed(2, '203.0.113.9')}`),
      ]),
    )
    await drained(await stream())
    const rows = await pool().query<{ n: number }>('select count(*)::int as n from detection.event')
    expect(rows[0]?.n).toBe(2)
  })

  it('leads to a ban in the transaction of its alert', async () => {
    const config = { ...blockingOf(undefined), configured: true, mode: 'armed' as const }
    await writeFile(file(), Array.from({ length: 9 }, (_, i) => failed(i, '203.0.113.9')).join(''))
    const one = new DetectionStream({
      pool: pool(),
      clock: systemClock,
      pack: await loadPack(null),
      mailFrom: null,
      sources: [{ name: 'auth', kind: 'sshd', file: file(), silentSeconds: 86_400 }],
      onRaised: async (tx, raised) => {
        const attackers = raised.map(({ about, level, id }) => ({
          ...{ address: about['src_ip'] ?? '', rule: 'r', level: level as 'high', at: systemClock.now(), alert: id },
        }))
        await consider(tx, attackers, { now: systemClock.now(), config, never: [], clients: null })
      },
    })
    await drained(one)
    expect(await pool().query('select text(network) as n, armed from blocking.ban')).toEqual([
      { n: '203.0.113.9/32', armed: true },
    ])
  })

  it('killed again and again raises each alert once and loses no line', async () => {
    const path = new URL('./testing/detection-child.ts', import.meta.url).pathname
    let written = 0
    const attackers = 12
    const lines = Array.from({ length: attackers * 8 }, (_, i) =>
      failed(Math.floor(i / attackers), `203.0.113.${i % attackers}`, `u${i % 3}`),
    )
    for (let round = 0; round < 12; round += 1) {
      const child = spawn(process.execPath, [path, db.name, file()], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: process.env,
      })
      await once(child.stdout, 'data')
      const part = lines.slice(written, written + 8)
      written += part.length
      await appendFile(file(), part.join(''))
      await sleep((round * 17) % 60)
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    await drained(await stream())
    const rows = await pool().query<{ n: number }>('select count(*)::int as n from detection.event')
    expect(rows[0]?.n).toBe(lines.length)
    const found = await alerts()
    expect(found.map(({ title, count }) => [title, Number(count)])).toEqual(
      Array.from({ length: attackers }, () => [BRUTE, 1]),
    )
  }, 120_000)
})
