import { spawn } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { endSessions } from './end-sessions.ts'
import { findAccount } from './passwd.ts'
import { processStat } from './process-stat.ts'
import { auditSessionOf, loginUidOf, readProcesses } from './processes.ts'
import { readSessions } from './sessions.ts'
import { allowed, krlBytes, listOf } from './testing/keys.ts'
import { isAlive, sleep, TestHost, until } from './testing/test-host.ts'

for (const pam of [false, true]) {
  describe(`sessions of an sshd ${pam ? 'with' : 'without'} PAM`, () => {
    let host: TestHost
    let managed: string
    let other: string
    let shared: string
    let version = 0n
    beforeAll(async () => {
      if (process.getuid?.() !== 0) return
      host = await TestHost.start({ pam })
      managed = host.account('-G', host.layout.managedGroup)
      other = host.account('-G', host.layout.managedGroup)
      shared = host.account()
    })
    afterAll(() => host?.[Symbol.asyncDispose]())
    beforeEach(async ({ skip }) => {
      skip(process.getuid?.() !== 0, 'needs root')
      await install(['a', 'b'])
    })

    const install = async (keyIds: readonly string[], accounts = [managed, other, shared]): Promise<void> => {
      version++
      const entries = keyIds.flatMap((keyId) => accounts.map((account) => allowed(account, keyId)))
      writeFileSync(host.layout.allowList, await listOf(version, entries), { mode: 0o644 })
      writeFileSync(host.layout.revoked, krlBytes(version), { mode: 0o644 })
      host.known({ list: version, krl: version })
    }
    const open = async (account: string, keyId: string, command = 'echo shell $$; cat', options: string[] = []) => {
      const client = host.client(account, keyId, 5n, command, options)
      return { client, shell: Number(await client.says(/shell (\d+)/)) }
    }
    const runningAs = (account: string) => {
      const uid = findAccount(account)?.uid ?? -1
      return readProcesses().filter(({ uids }) => uids.includes(uid))
    }
    const end = (account: string, keyId: string) => endSessions(host.layout, { account, keyId }, [])

    it('ends an open shell and leaves that of another person', async () => {
      const mine = await open(managed, 'a')
      const theirs = await open(other, 'b')
      const sessions = readSessions(host.layout, 65_534)
      expect(sessions.map(({ account, keyId, serial, is }) => [account, keyId, serial, is]).sort()).toEqual([
        [managed, 'a', '5', 'open'],
        [other, 'b', '5', 'open'],
      ])
      const { killed, left, serials } = await end(managed, 'a')
      expect([killed >= 3, left, serials]).toEqual([true, 0, ['5']])
      expect(isAlive(mine.shell)).toBe(false)
      expect((await mine.client.ended).status).toBe(255)
      expect(isAlive(theirs.shell)).toBe(true)
      expect(await end(managed, 'a')).toEqual({ killed: 0, scans: 3, left: 0, serials: [] })
      await end(other, 'b')
      expect((await theirs.client.ended).status).toBe(255)
    })

    it('ends what left its session and its parents: setsid, nohup, two forks', async () => {
      const ways =
        '(setsid sleep 300 &) ; nohup sleep 301 > /dev/null 2>&1 & setsid sh -c "trap : TERM HUP; sleep 302 & sleep 303" & echo shell $$; cat'
      const { client } = await open(managed, 'a', ways)
      await until('four of them sleep', () => runningAs(managed).length >= 7)
      const { left } = await end(managed, 'a')
      expect(left).toBe(0)
      expect(runningAs(managed)).toEqual([])
      await client.ended
    })

    it('ends what goes on after the connection is gone', async () => {
      const { client, shell } = await open(managed, 'a', '(setsid sleep 300 > /dev/null 2>&1 &) ; echo shell $$; cat')
      client.child.stdin?.end()
      await client.ended
      expect(isAlive(shell)).toBe(false)
      await until('one is left', () => runningAs(managed).length === 1)
      expect(await end(managed, 'a')).toMatchObject({ killed: 1, left: 0 })
      expect(runningAs(managed)).toEqual([])
    })

    it('ends a connection that is used again and again (ControlMaster)', async () => {
      const socket = ['-o', 'ControlMaster=auto', '-o', `ControlPath=${host.root}/mux-${pam}`]
      const first = await open(managed, 'a', 'echo shell $$; cat', socket)
      await install(['b'])
      const second = await open(managed, 'a', 'echo shell $$; cat', socket)
      expect(isAlive(second.shell)).toBe(true)
      await end(managed, 'a')
      expect([isAlive(first.shell), isAlive(second.shell)]).toEqual([false, false])
      await Promise.all([first.client.ended, second.client.ended])
      expect(await host.isIn(managed, 'a', 5n)).toBe(false)
    })

    it('ends one key id on an account that several share, and leaves the others on it', async () => {
      const mine = await open(shared, 'a', 'setsid sleep 300 & sleep 301 & echo shell $$; cat')
      const theirs = await open(shared, 'b', 'sleep 302 & echo shell $$; cat')
      // With each go its sshd, its shell and what the shell runs.
      await until('all of it runs', () => runningAs(shared).length === 9)
      await end(shared, 'a')
      expect([isAlive(mine.shell), isAlive(theirs.shell)]).toEqual([false, true])
      await mine.client.ended
      expect(runningAs(shared)).toHaveLength(4)
      await end(shared, 'b')
      expect(runningAs(shared)).toEqual([])
      await theirs.client.ended
    })

    // What follows does not depend on it, or needs it.
    if (!pam) return
    it('lets nobody through who connects without a pause while the list changes', async () => {
      let stop = false
      const loop = async (): Promise<void> => {
        while (!stop) await host.ssh(managed, 'a', 5n, 'setsid sleep 300 > /dev/null 2>&1 & echo in')
      }
      const loops = [loop(), loop(), loop(), loop()]
      await until('one is in', () => runningAs(managed).length > 4)
      await install(['b'])
      const { left } = await end(managed, 'a')
      expect(left).toBe(0)
      for (let looks = 0; looks < 10; looks++) {
        expect(runningAs(managed)).toEqual([])
        await sleep(50)
      }
      stop = true
      await Promise.all(loops)
      expect(runningAs(managed)).toEqual([])
    })

    it('ends a session of root by its connection, and no other process of root', async () => {
      await install(['a', 'b'], ['root'])
      const mine = await open('root', 'a', 'setsid sleep 300 & echo shell $$; cat')
      const theirs = await open('root', 'b')
      expect(await end('root', 'a')).toMatchObject({ left: 0, serials: ['5'] })
      expect([isAlive(mine.shell), isAlive(theirs.shell)]).toEqual([false, true])
      expect((await end('root', 'b')).left).toBe(0)
      await Promise.all([mine.client.ended, theirs.client.ended])
    })

    it('ends nothing but connections of sshd, whatever is written into the folder', async () => {
      const innocent = spawn('sleep', ['60'])
      const start = processStat(innocent.pid ?? 0)?.start
      const write = (name: string): void => {
        const path = join(host.layout.logins, name)
        writeFileSync(path, JSON.stringify({ keyId: 'a', serial: '5', account: shared }))
        host.must('chown', ['nobody', path])
      }
      for (const name of [`${innocent.pid}-${start}.json`, '1-1.json', `${process.pid}-1.json`, '../x', 'y']) {
        if (!name.includes('/')) write(name)
      }
      expect(await end(shared, 'a')).toMatchObject({ killed: 0, left: 0 })
      expect(isAlive(innocent.pid ?? 0)).toBe(true)
      innocent.kill()
      expect(readdirSync(host.layout.logins)).toEqual([])
    })

    it('keeps what a connection was let in with, whatever is written down afterwards', async () => {
      const mine = await open(shared, 'a')
      expect(readSessions(host.layout, 65_534)).toMatchObject([{ keyId: 'a', is: 'open' }])
      const [name = ''] = readdirSync(host.layout.logins)
      const path = join(host.layout.logins, name)
      writeFileSync(path, JSON.stringify({ keyId: 'b', serial: '6', account: shared }))
      expect(readSessions(host.layout, 65_534)).toMatchObject([{ keyId: 'a', serial: '5' }])
      await end(shared, 'a')
      expect(isAlive(mine.shell)).toBe(false)
      await mine.client.ended
    })

    it('ends a process of root that somebody started out of a login and let go', async ({ skip }) => {
      const { client, shell } = await open(managed, 'a')
      skip(loginUidOf(shell) === null, 'this kernel has no audit sessions')
      // As sudo leaves one behind: it runs as root, and only the kernel knows where it came from.
      const script = 'echo "$0" > /proc/self/loginuid && exec sleep 300'
      const root = host.spawn('setsid', ['sh', '-c', script, String(findAccount(managed)?.uid)])
      await until('it is tied', () => loginUidOf(root.pid ?? 0) === findAccount(managed)?.uid)
      await end(managed, 'a')
      expect(isAlive(root.pid ?? 0)).toBe(false)
      await client.ended
    })

    it('finds by the audit session what left a shared account behind', async ({ skip }) => {
      const { client, shell } = await open(shared, 'a', '(setsid sleep 300 > /dev/null 2>&1 &) ; echo shell $$; cat')
      skip(auditSessionOf(shell) === null, 'this kernel has no audit sessions')
      readSessions(host.layout, 65_534)
      client.child.stdin?.end()
      await client.ended
      await until('its connection is gone', () => readSessions(host.layout, 65_534)[0]?.is !== 'open')
      expect(readSessions(host.layout, 65_534)).toMatchObject([{ keyId: 'a', is: 'left' }])
      expect(await end(shared, 'a')).toMatchObject({ killed: 1, left: 0 })
      expect(runningAs(shared)).toEqual([])
      expect(readSessions(host.layout, 65_534)).toEqual([])
    })
  })
}
