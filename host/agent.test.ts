import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { runAgent } from './agent.ts'
import { isInPlace, readKept } from './apply.ts'
import { findAccount } from './passwd.ts'
import { readProcesses } from './processes.ts'
import { linkTo } from './server-link.ts'
import { readSettings } from './settings.ts'
import { systemClock } from './system-clock.ts'
import { FakeServer } from './testing/fake-server.ts'
import { allowed, now } from './testing/keys.ts'
import { isAlive, sleep, TestHost, until } from './testing/test-host.ts'

const CHILD = join(import.meta.dirname, 'testing/agent-child.ts')
const FAR = '2999-05-01T12:30:00.000Z'

describe('the agent with a server and an sshd', () => {
  let host: TestHost
  let server: FakeServer
  let stop: AbortController
  let running: Promise<void>
  let version = 100
  let anna: string
  let berta: string
  let names = 0
  const notes: string[] = []
  beforeAll(async () => {
    if (process.getuid?.() !== 0) return
    host = await TestHost.start({ pam: true })
  })
  afterAll(() => host?.[Symbol.asyncDispose]())
  beforeEach(async ({ skip }) => {
    skip(process.getuid?.() !== 0, 'needs root')
    notes.length = 0
    ;[anna, berta] = [`${host.tag}a${names}`, `${host.tag}b${names++}`]
    host.accounts.push(anna, berta)
    server = await FakeServer.start()
    start()
  })
  afterEach(async () => {
    stop?.abort()
    await running
    await server?.[Symbol.asyncDispose]()
  })

  const start = (): void => {
    stop = new AbortController()
    host.settings(server.url)
    const { layout } = host
    const settings = readSettings(layout.settings)
    const note = ({ en }: { readonly en: string }) => void notes.push(en)
    running = runAgent({
      layout,
      settings,
      link: linkTo(layout, settings),
      clock: systemClock,
      signal: stop.signal,
      note,
    })
  }
  const person = (account: string, changes: object = {}) => ({
    ...{ account, fullName: 'X', groups: [], sudo: null, until: FAR, ...changes },
  })
  /** Both people are in, with a shell each. */
  const bothIn = async () => {
    version += 10
    const entries = [allowed(anna, 'a'), allowed(berta, 'b')]
    await server.give({ version, entries, accounts: [person(anna), person(berta)] })
    await server.applied(version)
    const shells = [
      host.client(anna, 'a', 5n, 'setsid sleep 300 & echo shell $$; cat'),
      host.client(berta, 'b', 6n, 'echo shell $$; cat'),
    ]
    const pids = await Promise.all(shells.map(async (one) => Number(await one.says(/shell (\d+)/))))
    await until('both are reported', () => server.last?.sessions.length === 2)
    return { pids: pids as [number, number], shells }
  }
  const runningAs = (account: string) => {
    const uid = findAccount(account)?.uid ?? -1
    return readProcesses().filter(({ uids }) => uids.includes(uid)).length
  }

  it('makes accounts, lets them in, and ends one at once with a receipt and proofs, while the other goes on', async () => {
    const { pids, shells } = await bothIn()
    expect(server.last?.sessions.map(({ account, keyId, serial }) => [account, keyId, serial]).sort()).toEqual([
      [anna, 'a', '5'],
      [berta, 'b', '6'],
    ])
    version++
    const end = [{ keyId: 'a', account: anna }]
    const revoking = { serials: [5n] }
    const before = server.reports.length
    const at = performance.now()
    await server.give({ version, entries: [allowed(berta, 'b')], accounts: [person(berta)], end, revoking })
    await shells[0]?.ended
    const cutMs = performance.now() - at
    await until('the proof', () => server.reports.some(({ proofs }) => proofs.length > 0))
    const reported = server.reports.slice(before)
    expect(reported.flatMap(({ ended }) => ended)).toMatchObject([{ keyId: 'a', account: anna }])
    expect(reported.flatMap(({ ended }) => ended)[0]?.killed).toBeGreaterThanOrEqual(4)
    expect(reported.flatMap(({ proofs }) => proofs)).toEqual([
      { keyId: 'a', account: anna, answer: 'nothing', krl: 'revoked' },
    ])
    expect([isAlive(pids[0]), isAlive(pids[1]), runningAs(anna)]).toEqual([false, true, 0])
    expect([await host.isIn(anna, 'a', 5n), await host.isIn(berta, 'b', 6n)]).toEqual([false, true])
    expect(cutMs).toBeLessThan(5000)
  })

  it('ends a session at the end of its grant although the server is away', async () => {
    version += 10
    await server.give({ version, entries: [allowed(anna, 'a')], accounts: [person(anna)] })
    await server.applied(version)
    const client = host.client(anna, 'a', 5n, 'setsid sleep 300 & echo shell $$; cat')
    await client.says(/shell/)
    version++
    const end = now() + 4n
    const ends = new Date(Number(end) * 1000).toISOString()
    const entries = [allowed(anna, 'a', end), allowed(berta, 'b')]
    await server.give({ version, entries, accounts: [person(anna, { until: ends }), person(berta)] })
    await server.applied(version)
    await server[Symbol.asyncDispose]()
    await client.ended
    expect(now()).toBeGreaterThanOrEqual(end)
    await until('nothing is left', () => runningAs(anna) === 0)
    expect(await host.isIn(anna, 'a', 5n)).toBe(false)
    await until('the account is over', () => host.must('getent', ['shadow', anna]).split(':')[7] === '1')
    expect(await host.isIn(berta, 'b', 6n)).toBe(true)
  })

  it('refuses orders that go back or are not signed, says so, and does not hammer the server', async () => {
    await bothIn()
    const before = readFileSync(host.layout.allowList, 'utf8')
    const asked = server.asked.length
    await server.give({ version: version + 1, listVersion: BigInt(version - 1), entries: [allowed(anna, 'z')] })
    await until('it is told', () => server.reports.some(({ problems }) => problems.length > 0))
    await sleep(1000)
    expect(readFileSync(host.layout.allowList, 'utf8')).toBe(before)
    expect(server.last?.applied).toBe(version)
    expect(server.asked.length - asked).toBeLessThan(12)
    expect(await host.isIn(anna, 'z', 1n)).toBe(false)
    version += 2
    await server.give({ version, entries: [] })
    await server.applied(version)
  })

  it('goes on after answers that are none: errors, garbage, a redirect, half an answer', async () => {
    for (const broken of [
      (response: ServerResponse) => void response.writeHead(500).end('no'),
      (response: ServerResponse) => void response.writeHead(200).end('{"version":1}'),
      (response: ServerResponse) => void response.writeHead(302, { location: '/' }).end(),
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-length': '1000' }).write('{')
        setTimeout(() => response.destroy(), 50)
      },
    ]) {
      server.broken = broken
      const asked = server.asked.length
      server.interrupt()
      await until('it asks again', () => server.asked.length > asked)
    }
    server.broken = null
    version += 10
    await server.give({ version, entries: [] })
    await server.applied(version)
  })

  it('puts back what somebody changed in its lists, and says so', async () => {
    await bothIn()
    const { allowList, revoked } = host.layout
    const before = [readFileSync(allowList), readFileSync(revoked)]
    writeFileSync(revoked, '')
    await until('the KRL is back', () => readFileSync(revoked).equals(before[1] ?? Buffer.alloc(0)))
    writeFileSync(allowList, 'x')
    await until('the list is back', () => readFileSync(allowList).equals(before[0] ?? Buffer.alloc(0)))
    await until('it is told', () =>
      server.reports.some(({ problems }) => problems.some(({ en, de }) => en.includes('put back') && de !== en)),
    )
  })

  it('takes up where it was stopped, and ends who was taken off meanwhile', async () => {
    const { pids, shells } = await bothIn()
    stop.abort()
    await running
    version++
    await server.give({ version, entries: [allowed(berta, 'b')], accounts: [person(berta)] })
    await sleep(300)
    expect(isAlive(pids[0])).toBe(true)
    start()
    await shells[0]?.ended
    await until('nothing is left', () => runningAs(anna) === 0)
    expect(isAlive(pids[1])).toBe(true)
    await server.applied(version)
  })

  it('ends the same however often it is killed on the way', async () => {
    version += 10
    await server.give({ version, entries: [allowed(anna, 'a-1')], accounts: [person(anna)] })
    await server.applied(version)
    stop.abort()
    await running
    const run = () => host.spawn(process.execPath, [CHILD, host.root, host.layout.managedGroup])
    for (let round = 0; round < 4; round++) {
      version += 10
      const entries = [allowed(anna, `a${round}`), allowed(berta, 'b')]
      const accounts = [person(anna, { sudo: round % 2 === 0 ? ['ALL'] : null }), person(berta)]
      await server.give({ version, entries, accounts, end: [{ keyId: `a${round - 1}`, account: anna }] })
      const child = run()
      await sleep(300 + 250 * round)
      child.kill('SIGKILL')
      await once(child, 'exit')
      const client = host.client(anna, `a${round}`, 5n, 'setsid sleep 300 & cat')
      await Promise.race([client.ended, sleep(300)])
    }
    version += 10
    await server.give({ version, entries: [allowed(berta, 'b')], accounts: [person(berta)] })
    const child = run()
    await server.applied(version)
    await until('nobody is in', () => server.last?.sessions.length === 0)
    expect(runningAs(anna)).toBe(0)
    expect(existsSync(join(host.layout.sudoersFolder, `bergfried-${anna}`))).toBe(false)
    expect(host.must('getent', ['shadow', anna]).split(':')[7]).toBe('1')
    expect(await host.isIn(berta, 'b', 6n)).toBe(true)
    const settings = readSettings(host.layout.settings)
    const kept = readKept(host.layout, settings)
    expect([kept?.orders.version, kept !== null && isInPlace(host.layout, kept)]).toEqual([version, true])
    child.kill()
    await once(child, 'exit')
  })

  it('makes no account that the signed list lets nobody into', async () => {
    version += 10
    await server.give({
      version,
      entries: [allowed(berta, 'b')],
      accounts: [person(anna, { sudo: ['ALL'] }), person(berta)],
    })
    await server.applied(version)
    await until('it is told', () => server.reports.some(({ problems }) => problems[0]?.en.startsWith(anna) === true))
    expect([findAccount(anna) === null, findAccount(berta) === null]).toEqual([true, false])
  })
})
