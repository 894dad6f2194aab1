import { execFileSync } from 'node:child_process'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { kernelBlocks } from '../../connectors/host/blocking/kernel-blocks.ts'
import { type TwoHosts, twoHosts } from '../../connectors/host/testing/two-hosts.ts'
import type { KernelBlocks } from '../../kernel/act/blocks.ts'
import { handClock, systemClock } from '../../kernel/clock/clock.ts'
import { type BlockingConfig, blockingOf } from '../../kernel/config/blocking-config.ts'
import { type TestDatabase, testDatabase } from '../../kernel/testing/cluster.ts'
import type { Attacker } from './decide/decide.ts'
import { networkOf } from './decide/network.ts'
import { banByHand, unbanByHand } from './work/by-hand.ts'
import { consider } from './work/consider.ts'
import { reconcile } from './work/reconcile.ts'
import { startBlocking } from './work/worker.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.close())
afterEach(async () => {
  await db.stage('bf_owner').query('truncate blocking.ban, blocking.spared')
})
const config = (mode: BlockingConfig['mode'] = 'armed'): BlockingConfig => ({
  ...blockingOf(undefined),
  configured: true,
  mode,
})
const by = (address: string, level: Attacker['level'] = 'high'): Attacker => ({
  address,
  rule: 'sshd',
  level,
  at: systemClock.now(),
  alert: null,
})
const pool = () => db.stage('bf_detect')
const never = ['10.77.0.3'].flatMap((text) => networkOf(text) ?? [])
const think = (addresses: readonly string[], mode: BlockingConfig['mode'] = 'armed') =>
  pool().transaction((tx) =>
    consider(
      tx,
      addresses.map((a) => by(a)),
      { now: systemClock.now(), config: config(mode), never, clients: null },
    ),
  )

describe('with a real kernel', () => {
  let hosts: TwoHosts
  let kernel: KernelBlocks
  beforeEach(async ({ skip }) => {
    skip(process.getuid?.() !== 0, 'needs root')
    hosts = await twoHosts()
    kernel = kernelBlocks({ within: hosts.server })
  })
  afterEach(() => hosts?.stop())

  it('an attacker is kept out, is back in force after somebody flushed everything, and is let in by hand', async () => {
    await think(['10.77.0.2', '10.77.0.3'])
    expect(await reconcile(pool(), kernel, never, systemClock.now())).toMatchObject({ decided: 1, enforced: 1 })
    expect(await hosts.reaches('10.77.0.2')).toBe(false)
    expect(await hosts.reaches('10.77.0.3')).toBe(true)
    const [program = '', ...rest] = hosts.server
    execFileSync(program, [...rest, 'nft', 'flush', 'ruleset'])
    expect(await hosts.reaches('10.77.0.2')).toBe(true)
    expect(await reconcile(pool(), kernel, never, systemClock.now())).toMatchObject({ decided: 1, enforced: 1 })
    expect(await hosts.reaches('10.77.0.2')).toBe(false)
    await unbanByHand(pool(), systemClock.now(), '10.77.0.2', 'anna@example.org')
    expect(await reconcile(pool(), kernel, never, systemClock.now())).toMatchObject({ decided: 0, foreign: 1 })
    expect(await hosts.reaches('10.77.0.2')).toBe(true)
  })

  it('a ban that ran out is gone from ledger and kernel, whatever timer the kernel had', async () => {
    const clock = handClock(systemClock.now().toISOString())
    await banByHand(pool(), config(), never, clock.now(), {
      network: '10.77.0.2',
      seconds: 600,
      reason: 'test',
      by: 'anna',
    })
    await reconcile(pool(), kernel, never, clock.now())
    clock.advance(601_000)
    expect(await reconcile(pool(), kernel, never, clock.now())).toMatchObject({ decided: 0, enforced: 0 })
    expect(await kernel.list()).toEqual(new Map())
  })

  it('whoever comes onto the list of those who never are is let in at the next look', async () => {
    await think(['10.77.0.2'])
    await reconcile(pool(), kernel, never, systemClock.now())
    await reconcile(pool(), kernel, [...never, ...['10.77.0.2'].flatMap((t) => networkOf(t) ?? [])], systemClock.now())
    expect(await hosts.reaches('10.77.0.2')).toBe(true)
    expect(await pool().query('select end_reason from blocking.ban')).toEqual([{ end_reason: 'never' }])
  })

  it('going from armed to rehearsing lets everybody in', async () => {
    await think(['10.77.0.2'])
    await reconcile(pool(), kernel, never, systemClock.now())
    const facts: unknown[] = []
    const running = startBlocking({
      pool: pool(),
      clock: systemClock,
      config: config('dry-run'),
      kernel,
      own: async () => ({ addresses: [], unread: [] }),
      present: async () => [],
      give: async (given) => void facts.push(given.get('blocking_state' as never)),
      onProblem: (_, error) => facts.push(error),
      onMoved: () => undefined,
    })
    await running.wake()
    await running.stop()
    expect(await hosts.reaches('10.77.0.2')).toBe(true)
    expect(facts.at(-1)).toEqual([{ mode: 'dry-run', decided: 0, enforced: null, problem: null }])
  })
})

describe('decisions', () => {
  it('are written with an entry that names nobody, and those who were spared with why', async () => {
    await think(['198.51.100.9', '10.77.0.3'])
    expect(await pool().query('select text(network) as n, armed, before from blocking.ban')).toEqual([
      { n: '198.51.100.9/32', armed: true, before: 0 },
    ])
    expect(await pool().query('select address, why from blocking.spared')).toEqual([
      { address: '10.77.0.3', why: 'never' },
    ])
    const [entry] = await db
      .stage('bf_publish')
      .query<{ body: string }>(`select body from evidence.entry where kind = 'ban' order by position desc limit 1`)
    expect(entry?.body).toContain('begun')
    expect(entry?.body).not.toContain('198.51.100')
  })

  it('in a dry run are written down and are no bans; switched off there are none', async () => {
    await think(['198.51.100.9'], 'dry-run')
    expect(await pool().query('select armed from blocking.ban')).toEqual([{ armed: false }])
    await think(['198.51.100.10'], 'off')
    expect(await pool().query('select from blocking.ban')).toHaveLength(1)
  })

  it('begin once, however often and at whatever time the same attacker comes', async () => {
    await Promise.all(Array.from({ length: 8 }, () => think(['198.51.100.9'])))
    expect(await pool().query('select from blocking.ban')).toHaveLength(1)
  })

  it('take longer for who was banned before', async () => {
    await think(['198.51.100.9'])
    await unbanByHand(pool(), systemClock.now(), '198.51.100.9', 'anna')
    await think(['198.51.100.9'])
    const rows = await pool().query<{ seconds: number }>(
      'select extract(epoch from until - at)::int as seconds from blocking.ban order by at',
    )
    expect(rows.map(({ seconds }) => seconds)).toEqual([600, 600])
  })

  it.each([
    ['10.77.0.3', 'blocking.never'],
    ['10.0.0.0/8', 'blocking.network'],
    ['x', 'blocking.network'],
  ])('of people about %s are refused: %s', async (network, code) => {
    const ban = banByHand(pool(), config(), never, systemClock.now(), {
      network,
      seconds: 600,
      reason: 'r',
      by: 'anna',
    })
    await expect(ban).rejects.toThrow(code)
  })

  it('cannot be lifted where there is none', async () => {
    await expect(unbanByHand(pool(), systemClock.now(), '198.51.100.77', 'anna')).rejects.toThrow('blocking.unknown')
  })
})
