import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collectFacts, memoryFiles } from '../../kernel/testing/collect-facts.ts'
import { type MemoryHost, memoryTransport } from '../../kernel/testing/memory-transport.ts'
import { localTransport } from './local-transport.ts'
import { hostSshdConnector } from './sshd.connector.ts'

const debian = memoryFiles(new URL('../../fixtures/host-accounts/debian-12', import.meta.url).pathname)
const USAGE = {
  exitCode: 1,
  stderr: 'unknown option -- ?\nOpenSSH_9.2p1 Debian-2+deb12u10, OpenSSL 3.0.19 27 Jan 2026\nusage: sshd ...\n',
}
const collect = (host: MemoryHost) => collectFacts(hostSshdConnector, memoryTransport(host))

describe('on a host in memory', () => {
  it('says that sshd is not installed, configuration or not', async () => {
    const found = await collect({ files: debian })
    expect(found.rows('sshd_state')).toEqual([{ installed: false, running: false, version: null }])
    expect(found.rows('sshd_setting')).toEqual([])
    expect(found.failures.size).toBe(0)
  })

  it('asks once for everybody and once per block, and reports what the block changes', async () => {
    const transport = memoryTransport({
      files: debian,
      commands: {
        sshd: (args) => {
          if (args[0] === '-?') return USAGE
          const spec = args[args.indexOf('-C') + 1] ?? ''
          const password = args.includes('-C') && spec.includes('user=ada') ? 'yes' : 'no'
          const command = args.includes('-C') && spec.includes('user=git') ? '/usr/bin/git-shell --token=x' : 'none'
          return { stdout: `port 22\npasswordauthentication ${password}\nforcecommand ${command}\n` }
        },
      },
    })
    const found = await collectFacts(hostSshdConnector, transport)
    expect(found.rows('sshd_state')).toEqual([{ installed: true, running: false, version: 'OpenSSH_9.2p1' }])
    expect(found.rows('sshd_setting')).toEqual([
      { matching: '', keyword: 'port', value: '22' },
      { matching: '', keyword: 'passwordauthentication', value: 'no' },
      { matching: '', keyword: 'forcecommand', value: 'none' },
      { matching: 'user git,!root address 10.20.0.0/16', keyword: 'forcecommand', value: '/usr/bin/git-shell' },
      { matching: 'group sudo', keyword: 'passwordauthentication', value: 'yes' },
    ])
    expect(transport.calls.map((call) => call.args.join(' '))).toEqual([
      '-?',
      '-T -f /etc/ssh/sshd_config',
      '-T -f /etc/ssh/sshd_config -C user=git,addr=10.20.0.0',
      '-T -f /etc/ssh/sshd_config -C user=ada',
    ])
  })

  it('reports a block as written where nobody can be named, and gives a port where one is asked for', async () => {
    const transport = memoryTransport({
      files: {
        ...debian,
        '/etc/ssh/sshd_config':
          'Match Group empty\nPasswordAuthentication yes\nSetEnv A=s3cret\nMatch LocalPort 1\nPermitTTY no\n',
      },
      commands: { sshd: (args) => (args[0] === '-?' ? USAGE : { stdout: 'passwordauthentication no\n' }) },
    })
    const found = await collectFacts(hostSshdConnector, transport)
    expect(found.rows('sshd_setting').slice(1)).toEqual([
      { matching: 'group empty', keyword: 'passwordauthentication', value: 'yes' },
      { matching: 'group empty', keyword: 'setenv', value: 'A' },
    ])
    expect(transport.calls.map((call) => call.args.at(-1))).toEqual(['-?', 'lport=2', 'lport=1'])
  })

  it.each([
    [
      'what sshd says',
      { exitCode: 255, stderr: '\n/etc/ssh/sshd_config: line 3: Bad configuration option: Foo\nterminating\n' },
      '/etc/ssh/sshd_config: line 3: Bad configuration option: Foo',
    ],
    ['the exit code where it says nothing', { exitCode: 255, stdout: 'port 22\n' }, 'exit code 255'],
  ])('fails with %s', async (_what, answer, reason) => {
    const found = await collect({ files: debian, commands: { sshd: (args) => (args[0] === '-?' ? USAGE : answer) } })
    expect(found.rows('sshd_state')).toHaveLength(1)
    expect(found.rows('sshd_setting')).toEqual([])
    expect(found.failures.get('sshd_setting')).toMatchObject({
      code: 'collect.unreadable',
      detail: { what: 'sshd -T', reason },
    })
  })

  it.each([
    ['a listener', 'sshd\n', 'sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups\0', true],
    ['an older listener', 'sshd\n', '/usr/sbin/sshd\0-D\0', true],
    ['a session alone', 'sshd\n', 'sshd: ada [priv]\0', false],
    ['something else', 'sshd-session\n', 'sshd-session: ada\0', false],
  ])('counts %s as running or not', async (_what, comm, cmdline, running) => {
    const found = await collect({
      files: { '/proc/1/comm': 'init\n', '/proc/77/comm': comm, '/proc/77/cmdline': cmdline, '/proc/sys/x': '' },
    })
    expect(found.rows('sshd_state')[0]?.running).toBe(running)
  })
})

const missing = !existsSync('/usr/sbin/sshd')
  ? ' (skipped: the package openssh-server is missing)'
  : process.getuid?.() !== 0 || !existsSync('/run/sshd')
    ? ' (skipped: needs root and the folder /run/sshd)'
    : ''

describe.skipIf(missing !== '')(`with the real sshd${missing}`, () => {
  let root = ''
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'bergfried-sshd-'))
    for (const folder of ['etc/ssh', 'proc']) mkdirSync(join(root, folder), { recursive: true })
    for (const file of ['/etc/passwd', '/etc/group']) writeFileSync(join(root, file), String(debian[file]))
    execFileSync('/usr/bin/ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(root, 'key')])
  })
  afterAll(() => rmSync(root, { recursive: true }))

  const settings = async (config: string) => {
    writeFileSync(join(root, 'etc/ssh/sshd_config'), `HostKey ${root}/key\n${config}`)
    return await collectFacts(hostSshdConnector, localTransport({ root }))
  }

  it('reports effective values and what Match blocks change', async () => {
    const found = await settings(
      [
        'PasswordAuthentication no',
        'AcceptEnv LANG LC_*',
        'SetEnv TOKEN=s3cret-value',
        'Match User git Address 10.20.0.0/16,!10.20.1.0/24',
        '  PasswordAuthentication no',
        '  AllowTcpForwarding no',
        '  ForceCommand /usr/bin/git-shell --token t0ken',
        'Match LocalPort 2222',
        '  PermitRootLogin no',
        'Match User *,!x Host "*.example.com"',
        '  PasswordAuthentication yes',
        'Match Group sudo',
        '  X11Forwarding yes',
        'Match all',
        '  MaxSessions 3',
      ].join('\n'),
    )
    expect([...found.failures.values()]).toEqual([])
    const rows = found.rows('sshd_setting')
    const of = (matching: string) =>
      rows.filter((row) => row.matching === matching).map((row) => `${row.keyword} ${row.value}`)
    expect(of('')).toEqual(
      expect.arrayContaining([
        'passwordauthentication no',
        'acceptenv LANG',
        'acceptenv LC_*',
        'setenv TOKEN',
        'maxsessions 3',
        'x11forwarding no',
        'permitrootlogin without-password',
      ]),
    )
    expect(of('user git address 10.20.0.0/16,!10.20.1.0/24')).toEqual([
      'allowtcpforwarding no',
      'forcecommand /usr/bin/git-shell',
    ])
    expect(of('localport 2222')).toEqual(['permitrootlogin no'])
    expect(of('user *,!x host *.example.com')).toEqual(['passwordauthentication yes'])
    expect(of('group sudo')).toEqual(['x11forwarding yes'])
    expect(of('all')).toEqual([])
    for (const secret of ['s3cret-value', 't0ken']) expect(found.text).not.toContain(secret)
    expect(found.rows('sshd_state')[0]).toMatchObject({
      installed: true,
      version: expect.stringMatching(/^OpenSSH_\d+\.\d+p\d+$/),
    })
  })

  it('fails with the message of sshd where it refuses the configuration', async () => {
    const found = await settings('NoSuchOption yes\n')
    expect(found.failures.get('sshd_setting')).toMatchObject({
      detail: { reason: expect.stringContaining('Bad configuration option') },
    })
  })
})
