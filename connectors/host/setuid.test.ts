import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { memoryTransport } from '../../kernel/testing/memory-transport.ts'
import { hostListenersConnector } from './listeners.connector.ts'
import { localTransport } from './local-transport.ts'
import { hostSetuidConnector, parseFound } from './setuid.connector.ts'
import { collectFacts } from './testing/collect-facts.ts'

let root = ''

const write = (path: string, content: string, mode = 0o644): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), content)
  chmodSync(join(root, path), mode)
}

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'bergfried-setuid-'))
  write('/etc/passwd', `root:x:0:0::/:/bin/sh\nme:x:${process.getuid?.() ?? 0}:0::/:/bin/sh\n`)
  write('/etc/group', `me:x:${process.getgid?.() ?? 0}:\n`)
  write('/proc/mounts', '/dev/a / ext4 rw 0 0\ntmpfs /tmp tmpfs rw 0 0\nserver:/x /net nfs4 rw 0 0\n')
  write('/usr/bin/su', '', 0o4755)
  write('/usr/bin/wall', '', 0o2755)
  write('/usr/bin/moved.distrib', '', 0o4755)
  write('/usr/bin/plain', '', 0o755)
  write('/usr/local/bin/own tool\nx', '', 0o4711)
  write('/tmp/left', '', 0o6777)
  write('/var/lib/docker/overlay2/a/bin/su', '', 0o4755)
  write('/var/lib/dpkg/info/util-linux.list', '/.\n/bin/su\n/usr/bin/plain\n')
  write('/var/lib/dpkg/info/bsdutils:amd64.list', '/usr/bin/wall\n/usr/bin/moved\n')
  write('/var/lib/dpkg/diversions', '/usr/bin/moved\n/usr/bin/moved.distrib\nlocal\n')
})

afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('setuid files', () => {
  it('finds them with their package, across the merge of /usr and diversions', async () => {
    const { facts, failures } = await collectFacts(hostSetuidConnector, localTransport({ root }))
    expect(failures).toEqual({})
    expect(facts.setuid_file.map(({ path, mode, package: owner }) => [path, mode, owner])).toEqual([
      ['/tmp/left', '6777', null],
      ['/usr/bin/moved.distrib', '4755', 'bsdutils'],
      ['/usr/bin/su', '4755', 'util-linux'],
      ['/usr/bin/wall', '2755', 'bsdutils'],
      ['/usr/local/bin/own tool\nx', '4711', null],
    ])
    expect(facts.setuid_file[0]).toMatchObject({ owner: process.getuid?.() === 0 ? 'root' : 'me', groupName: 'me' })
  })

  it('fails where a folder could not be entered, and on a host without dpkg', async () => {
    const files = { '/proc/mounts': '/dev/a / ext4 rw 0 0\n', '/var/lib/dpkg/info/a.list': '' }
    const find = {
      exitCode: 1,
      stderr: "find: '/root': Permission denied\nfind: '/proc/9': No such file or directory\n",
    }
    expect((await collectFacts(hostSetuidConnector, memoryTransport({ files, commands: { find } }))).failures).toEqual({
      setuid_file: 'collect.denied',
    })
    const vanished = { exitCode: 1, stderr: "find: '/tmp/x': No such file or directory\n" }
    expect(
      (await collectFacts(hostSetuidConnector, memoryTransport({ files, commands: { find: vanished } }))).failures,
    ).toEqual({})
    const noDpkg = memoryTransport({ files: { '/proc/mounts': files['/proc/mounts'] }, commands: { find: {} } })
    expect((await collectFacts(hostSetuidConnector, noDpkg)).failures).toEqual({ setuid_file: 'collect.unreadable' })
  })

  it('takes only whole records', () => {
    expect(parseFound(['4755\t0\t0\t/a', 'x', '', '755\t0\t\t/b', '2755\t1\t2\t//c', ''].join('\0'), '/')).toEqual([
      { path: '/a', mode: '4755', uid: 0, gid: 0 },
      { path: '/c', mode: '2755', uid: 1, gid: 2 },
    ])
    expect(parseFound('4755\t0\t0\t/elsewhere/a\0', '/sandbox')).toEqual([])
  })
})

describe('this machine', () => {
  it('shows a listener that this process opened, with its name', async () => {
    const server = createServer()
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address()
        resolve(typeof address === 'object' && address !== null ? address.port : 0)
      })
    })
    try {
      const name = (await localTransport().readFile('/proc/self/comm'))?.trim()
      const { facts } = await collectFacts(hostListenersConnector, localTransport())
      expect(facts.listener.find((row) => row.port === port)).toMatchObject({
        address: '127.0.0.1',
        reach: 'loopback',
        process: name,
      })
    } finally {
      server.close()
    }
  })
})
