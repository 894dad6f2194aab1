import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { applyAccount, deleteAccount, endAccount, isGone } from './accounts.ts'
import { endUid } from './end-sessions.ts'
import type { OrderedAccount } from './orders.ts'
import { endDayOf, findAccount } from './passwd.ts'
import { sudoersText } from './sudoers.ts'
import { allowed, krlBytes, listOf } from './testing/keys.ts'
import { isAlive, TestHost } from './testing/test-host.ts'

const UNTIL = '2999-05-01T12:30:00.000Z'

describe('accounts for the time of a grant', () => {
  let host: TestHost
  let next = 0
  beforeAll(async () => {
    if (process.getuid?.() !== 0) return
    host = await TestHost.start({ pam: true })
  })
  afterAll(() => host?.[Symbol.asyncDispose]())
  beforeEach(({ skip }) => skip(process.getuid?.() !== 0, 'needs root'))

  const order = (changes: Partial<OrderedAccount> = {}): OrderedAccount => {
    const account = changes.account ?? `${host.tag}n${next++}`
    host.accounts.push(account)
    return { account, fullName: 'Änne Müller', groups: [], sudo: null, until: UNTIL, ...changes }
  }
  const end = (account: string) => endAccount(host.layout, account, (uid) => endUid(host.layout, uid))
  const make = async (changes: Partial<OrderedAccount> = {}) => {
    const given = order(changes)
    await applyAccount(host.layout, given)
    const found = findAccount(given.account)
    if (found === null) throw new Error('no account')
    return { given, found, sudoers: join(host.layout.sudoersFolder, `bergfried-${given.account}`) }
  }

  it('makes one without a password, in the groups ordered, which ends by itself', async () => {
    const { found } = await make({ groups: ['games'] })
    expect(found).toMatchObject({ fullName: 'Änne Müller', groups: ['games', host.layout.managedGroup] })
    expect(endDayOf(found.name)).toBe(Date.parse('2999-05-02') / 86_400_000)
    expect(host.must('getent', ['shadow', found.name]).split(':')[1]).toBe('*')
  })

  it('changes one that it made, and does nothing where all is as ordered', async () => {
    const { given } = await make({ groups: ['games'], sudo: ['ALL'] })
    await applyAccount(host.layout, { ...given, fullName: 'B', groups: ['users'], sudo: null })
    expect(findAccount(given.account)).toMatchObject({ fullName: 'B', groups: ['users', host.layout.managedGroup] })
    const before = statSync('/etc/passwd').mtimeMs
    await applyAccount(host.layout, { ...given, fullName: 'B', groups: ['users'], sudo: null })
    expect(statSync('/etc/passwd').mtimeMs).toBe(before)
  })

  it('never touches an account that it did not make', async () => {
    const foreign = host.account()
    const before = [readFileSync('/etc/passwd', 'utf8'), readFileSync('/etc/shadow', 'utf8')]
    for (const account of [foreign, 'root', 'daemon', 'nobody']) {
      const given = { account, fullName: 'x', groups: [], sudo: ['ALL'], until: UNTIL }
      await expect(applyAccount(host.layout, given)).rejects.toMatchObject({ code: 'refused' })
      await expect(end(account)).rejects.toMatchObject({ code: 'refused' })
      await expect(deleteAccount(host.layout, account)).rejects.toMatchObject({ code: 'refused' })
      expect(existsSync(join(host.layout.sudoersFolder, `bergfried-${account}`))).toBe(false)
    }
    expect([readFileSync('/etc/passwd', 'utf8'), readFileSync('/etc/shadow', 'utf8')]).toEqual(before)
  })

  it('leaves an account of the system alone, even if somebody put it into the group', async () => {
    const { managedGroup } = host.layout
    host.must('useradd', ['-r', '-M', '-p', '*', `${host.tag}sys`])
    host.accounts.push(`${host.tag}sys`)
    host.must('usermod', ['-a', '-G', managedGroup, `${host.tag}sys`])
    await expect(end(`${host.tag}sys`)).rejects.toMatchObject({ code: 'refused' })
  })

  it('gives no group that is as good as root', async () => {
    for (const group of ['sudo', 'root', 'shadow', 'disk', 'docker', host.layout.commandAccount]) {
      const given = order({ groups: [group] })
      await expect(applyAccount(host.layout, given)).rejects.toMatchObject({ code: 'refused' })
      expect(findAccount(given.account)).toBe(null)
    }
  })

  it('writes sudo rules that visudo reads and that end with the grant', async () => {
    const sudo = ['/usr/bin/systemctl restart nginx', '/usr/bin/tar -C /srv --file=a:b,c', '/usr/bin/id ""']
    const { given, sudoers } = await make({ sudo })
    expect(readFileSync(sudoers, 'utf8')).toBe(
      `${given.account} ALL=(root) NOTAFTER=29990501123000Z NOPASSWD: /usr/bin/systemctl restart nginx, ` +
        '/usr/bin/tar -C /srv --file\\=a\\:b\\,c, /usr/bin/id ""\n',
    )
    expect(statSync(sudoers).mode & 0o777).toBe(0o440)
  })

  it('refuses sudo rules that could mean more than they say', () => {
    for (const rule of [
      ...['vi', '/bin/*', '/bin/a, /bin/b', '/bin/a\n%sudo ALL=ALL', '!/bin/sh', '/bin/../sbin/x', '', ' ALL', 'ALL '],
      ...['/bin/a \\', '/bin/a "b"', '/bin/a #b', '/bin/a [a-z]', '/bin/ä', 'sudoedit /etc/x', '/bin/a  b'],
    ]) {
      const given = { account: 'a', fullName: '', groups: [], sudo: [rule], until: UNTIL }
      expect(() => sudoersText(given), rule).toThrow(/refused/)
    }
  })

  it('ends one: keys do not let in, nothing runs, no way back is left; and again the same', async () => {
    const { given, found, sudoers } = await make({ sudo: ['ALL'], groups: ['games'] })
    const { account } = given
    writeFileSync(host.layout.allowList, await listOf(1n, [allowed(account, 'a')]), { mode: 0o644 })
    writeFileSync(host.layout.revoked, krlBytes(1n), { mode: 0o644 })
    expect(await host.isIn(account, 'a', 1n)).toBe(true)
    const [crontabs = '', , atJobs = ''] = [...host.layout.crontabs, ...host.layout.atJobs]
    const keys = join(found.home, '.ssh/authorized_keys')
    mkdirSync(join(found.home, '.ssh'))
    for (const path of [join(crontabs, account), join(atJobs, 'a00001'), join(host.layout.linger, account), keys]) {
      writeFileSync(path, 'x')
      host.must('chown', [account, path])
    }
    host.must('chown', ['-R', account, join(found.home, '.ssh')])
    const process = spawn('sleep', ['300'], { uid: found.uid, gid: found.gid })
    expect(await isGone(host.layout, account)).toBe(false)
    await end(account)
    // Still on the list, so it is the account that refuses: a locked password would not.
    const { status, stdout } = await host.ssh(account, 'a', 1n)
    expect([status === 0, stdout]).toEqual([false, ''])
    expect(isAlive(process.pid ?? 0)).toBe(false)
    expect([sudoers, keys, join(atJobs, 'a00001'), join(crontabs, account)].filter((one) => existsSync(one))).toEqual(
      [],
    )
    expect(findAccount(account)).toMatchObject({ uid: found.uid, groups: [host.layout.managedGroup] })
    expect(await isGone(host.layout, account)).toBe(true)
    await end(account)
    expect(await isGone(host.layout, account)).toBe(true)
    await applyAccount(host.layout, given)
    expect(await host.isIn(account, 'a', 1n)).toBe(true)
    await end(account)
    await deleteAccount(host.layout, account)
    expect(findAccount(account)).toBe(null)
    rmSync(found.home, { recursive: true })
  })

  it('removes nothing of others through links that an account laid', async () => {
    const { given, found } = await make()
    const precious = join(host.root, 'precious')
    mkdirSync(precious)
    writeFileSync(join(precious, 'authorized_keys'), 'of root')
    symlinkSync(precious, join(found.home, '.ssh'))
    await end(given.account)
    expect(readFileSync(join(precious, 'authorized_keys'), 'utf8')).toBe('of root')
  })
})
