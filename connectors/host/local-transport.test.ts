import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { localTransport } from './local-transport.ts'
import { findProgram } from './run-command.ts'

const isRoot = process.geteuid?.() === 0
let base = ''
let root = ''

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'bergfried-transport-'))
  chmodSync(base, 0o755)
  root = join(base, 'root')
  mkdirSync(join(root, 'etc/ssh'), { recursive: true })
  mkdirSync(join(root, 'proc/net'), { recursive: true })
  mkdirSync(join(root, 'run/bergfried-sandbox'), { recursive: true })
  writeFileSync(join(base, 'outside'), 'outside')
  writeFileSync(join(root, 'etc/hostname'), 'inside\n')
  writeFileSync(join(root, 'etc/shadow'), 'locked', { mode: 0o600 })
  writeFileSync(join(root, 'proc/net/tcp'), 'of the sandbox\n')
  writeFileSync(join(root, 'run/bergfried-sandbox/df'), 'Type Use% IUse% Mounted on\next4 40% 10% /\n')
  symlinkSync('/etc/hostname', join(root, 'absolute'))
  symlinkSync('../../../../etc/hostname', join(root, 'etc/climbing'))
  symlinkSync(join(base, 'outside'), join(root, 'escape'))
  symlinkSync('/etc', join(root, 'folder'))
  symlinkSync('round', join(root, 'round'))
  execFileSync('mkfifo', [join(root, 'fifo')])
  writeFileSync(join(root, 'big'), Buffer.alloc(200_000, 'x'))
})

afterAll(() => rmSync(base, { recursive: true, force: true }))

describe('files below a root', () => {
  it('follows absolute and climbing links inside the root', async () => {
    const host = localTransport({ root })
    expect(await host.readFile('/absolute')).toBe('inside\n')
    expect(await host.readFile('/etc/climbing')).toBe('inside\n')
    expect(await host.readFile('/folder/hostname')).toBe('inside\n')
    expect(await host.readFile('/etc/../../../etc/hostname')).toBe('inside\n')
    expect(host.path('/folder/hostname')).toBe(join(root, 'etc/hostname'))
    expect(host.path('/')).toBe(`${root}`)
  })

  it('cannot be led out of the root by a link', async () => {
    const host = localTransport({ root })
    expect(existsSync(join(base, 'outside'))).toBe(true)
    expect(await host.readFile('/escape')).toBeNull()
    expect(await host.readFile('/../outside')).toBeNull()
    expect(host.path('/escape').startsWith(`${root}/`)).toBe(true)
  })

  it('gives up on links that go round in circles', async () => {
    await expect(localTransport({ root }).readFile('/round')).rejects.toMatchObject({ code: 'collect.unreadable' })
  })

  it('lists, looks at entries without following, and says null for what is not there', async () => {
    const host = localTransport({ root })
    expect(await host.list('/folder')).toEqual(['climbing', 'hostname', 'shadow', 'ssh'])
    expect(await host.stat('/absolute')).toMatchObject({ kind: 'link' })
    expect(await host.stat('/fifo')).toMatchObject({ kind: 'other' })
    expect(await host.stat('/etc/shadow')).toMatchObject({ kind: 'file', mode: '0600', size: 6 })
    expect(await host.readLink('/absolute')).toBe('/etc/hostname')
    expect(await host.readLink('/etc/hostname')).toBeNull()
    for (const missing of ['/nothing', '/etc/hostname/below']) {
      expect(await host.readFile(missing)).toBeNull()
      expect(await host.list(missing)).toBeNull()
      expect(await host.stat(missing)).toBeNull()
      expect(await host.readLink(missing)).toBeNull()
    }
  })

  it('refuses a FIFO, a device and a folder at once', async () => {
    await expect(localTransport({ root }).readFile('/fifo')).rejects.toMatchObject({ code: 'collect.unreadable' })
    await expect(localTransport().readFile('/dev/zero')).rejects.toMatchObject({ code: 'collect.unreadable' })
    await expect(localTransport().readFile('/etc')).rejects.toMatchObject({ detail: { reason: 'EISDIR' } })
  })

  it('refuses a file above the limit and reads one at the limit', async () => {
    const host = localTransport({ root })
    await expect(host.readFile('/big', 199_999)).rejects.toMatchObject({ code: 'collect.too_large' })
    expect((await host.readFile('/big', 200_000))?.length).toBe(200_000)
  })

  it('reads files of /proc, whose size is 0, to the end and within the limit', async () => {
    const host = localTransport()
    expect(await host.readFile('/proc/self/maps')).toMatch(/\[stack\]\n/)
    await expect(host.readFile('/proc/self/maps', 100)).rejects.toMatchObject({ code: 'collect.too_large' })
  })

  it.skipIf(!isRoot)('says denied for what an unprivileged account may not read', async () => {
    const host = localTransport({ root })
    process.seteuid?.(65_534)
    try {
      await expect(host.readFile('/etc/shadow')).rejects.toMatchObject({
        code: 'collect.denied',
        detail: { what: '/etc/shadow' },
      })
      await expect(localTransport().list('/proc/1/fd')).rejects.toMatchObject({ code: 'collect.denied' })
      expect(await host.readFile('/etc/hostname')).toBe('inside\n')
    } finally {
      process.seteuid?.(0)
    }
  })
})

describe('commands', () => {
  it('runs with the C locale, an empty input and no shell', async () => {
    const host = localTransport()
    const found = await host.run('find', [base, '-maxdepth', '0', '-printf', '%p;$(id)'])
    expect(found).toEqual({ exitCode: 0, stdout: `${base};$(id)`, stderr: '' })
    expect((await host.run('find', ['/nothing-there']))?.stderr).toContain('No such file or directory')
  })

  it('kills the whole process group when the time is used up', async () => {
    const mark = join(base, 'pids')
    const script = `echo $$ >> ${mark}; sleep 60 & echo $! >> ${mark}; wait`
    // `find -exec` stands for a command that starts others and hangs.
    const run = localTransport().run('find', [base, '-maxdepth', '0', '-exec', 'sh', '-c', script, ';'], {
      seconds: 0.5,
    })
    await expect(run).rejects.toMatchObject({ code: 'collect.timeout' })
    const pids = readFileSync(mark, 'utf8').trim().split('\n')
    expect(pids).toHaveLength(2)
    await expect.poll(() => pids.filter(isAlive)).toEqual([])
  })

  it('does not wait for a grandchild that keeps the output open', async () => {
    const run = localTransport().run('find', [base, '-maxdepth', '0', '-exec', 'sh', '-c', 'sleep 60 &', ';'], {
      seconds: 0.5,
    })
    await expect(run).rejects.toMatchObject({ code: 'collect.timeout' })
  })

  it('refuses more output than the limit', async () => {
    const run = localTransport().run('find', [base, '-exec', 'cat', join(root, 'big'), ';'], { limit: 1_000 })
    await expect(run).rejects.toMatchObject({ code: 'collect.too_large' })
  })

  it('stops when it is cancelled', async () => {
    const cancel = new AbortController()
    const host = localTransport({ signal: cancel.signal })
    const run = host.run('find', [base, '-maxdepth', '0', '-exec', 'sleep', '60', ';'])
    setTimeout(() => cancel.abort(), 50)
    await expect(run).rejects.toMatchObject({ code: 'collect.unreadable', detail: { reason: 'cancelled' } })
    await expect(host.readFile('/etc/hostname')).rejects.toMatchObject({ detail: { reason: 'cancelled' } })
  })

  it('answers in a sandbox only with what belongs to the sandbox', async () => {
    const host = localTransport({ root })
    for (const command of ['apt-get', 'systemctl', 'uname', 'dpkg-query', 'nft', 'iptables-save'] as const) {
      expect(await host.run(command, [])).toBeNull()
    }
    expect((await host.run('df', []))?.stdout).toContain('ext4 40% 10% /')
    expect((await host.run('find', [host.path('/etc'), '-name', 'hostname']))?.stdout).toBe(`${root}/etc/hostname\n`)
  })
})

describe('network namespace', () => {
  const possible = isRoot && findProgram('unshare') !== null && findProgram('nsenter') !== null
  it.skipIf(!possible)('reads /proc/net of the namespace and says when it cannot be entered', async () => {
    const child = spawn('unshare', ['--net', 'sleep', '60'], { stdio: 'ignore' })
    const pid = child.pid ?? 0
    try {
      const own = readFileSync('/proc/self/net/dev', 'utf8')
      await expect.poll(() => readFileSync(`/proc/${pid}/net/dev`, 'utf8') !== own).toBe(true)
      expect(await localTransport({ root, netnsPid: pid }).readFile('/proc/net/dev')).toMatch(/lo:/)
      expect(await localTransport({ root, netnsPid: pid }).readFile('/proc/net/dev')).not.toBe(own)
      expect(await localTransport({ root }).readFile('/proc/net/tcp')).toBe('of the sandbox\n')
      if (findProgram('nft') !== null) {
        const seen = await localTransport({ root, netnsPid: pid }).run('nft', ['list', 'ruleset'])
        expect(seen).toMatchObject({ exitCode: 0, stdout: '' })
      }
    } finally {
      child.kill('SIGKILL')
    }
  })

  it.skipIf(!possible || findProgram('nft') === null)('types a namespace that is gone', async () => {
    const run = localTransport({ netnsPid: 2 ** 22 + 1 }).run('nft', ['list', 'ruleset'])
    await expect(run).rejects.toMatchObject({ code: 'collect.unreadable' })
  })
})

function isAlive(pid: string): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
