import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type MemoryEntry, memoryTransport } from '../../kernel/testing/memory-transport.ts'
import { localTransport } from './local-transport.ts'
import { hostModulesConnector, parseModules } from './modules.connector.ts'
import { hostOsConnector } from './os.connector.ts'
import { parseOsRelease } from './os-release.ts'
import { hostSysctlConnector, SYSCTL_KEYS } from './sysctl.connector.ts'
import { hostSystemdConnector } from './systemd.connector.ts'
import { collectFacts } from './testing/collect-facts.ts'

const debian: Record<string, MemoryEntry> = {
  '/etc/os-release':
    'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nID=debian\n',
  '/proc/sys/kernel/osrelease': '6.1.0-9-amd64\n',
  '/proc/sys/kernel/version': '#1 SMP PREEMPT_DYNAMIC Debian 6.1.27-1 (2026-05-08)\n',
  '/proc/sys/kernel/arch': 'x86_64\n',
  '/proc/stat': 'cpu  1 2\ncpu0 1 2\nbtime 1795413661\n',
  '/boot/vmlinuz-6.1.0-9-amd64': '',
  '/boot/config-6.1.0-40-amd64': '',
  '/run/systemd/system/x': '',
}

const os = async (files: Record<string, MemoryEntry>) => {
  const { facts, failures } = await collectFacts(hostOsConnector, memoryTransport({ files }))
  return { os: facts.host_os[0], init: facts.host_init[0]?.init, failures }
}

describe('operating system', () => {
  it('names distribution, kernel, start and init system', async () => {
    expect(await os(debian)).toEqual({
      failures: {},
      init: 'systemd',
      os: {
        distribution: 'debian',
        version: '12',
        codename: 'bookworm',
        prettyName: 'Debian GNU/Linux 12 (bookworm)',
        kernelRunning: '6.1.0-9-amd64',
        kernelInstalled: '6.1.0-9-amd64',
        rebootRequired: false,
        bootedAt: '2026-11-23T06:01:00Z',
        architecture: 'x86_64',
      },
    })
  })

  it('asks for a restart by the mark, by a newer kernel, and by a rebuilt one of the same name', async () => {
    const rebuilt =
      'Package: linux-image-6.1.0-9-amd64\nStatus: install ok installed\nVersion: 6.1.28-1\nArchitecture: amd64\n\n'
    const asking: Record<string, MemoryEntry>[] = [
      { '/run/reboot-required': '*** System restart required ***\n' },
      { '/boot/vmlinuz-6.1.0-40-amd64': '' },
      { '/var/lib/dpkg/status': rebuilt },
    ]
    for (const files of asking) expect((await os({ ...debian, ...files })).os?.rebootRequired).toBe(true)
    const quiet: Record<string, MemoryEntry>[] = [
      { '/boot/vmlinuz-6.1.0-8-amd64': '' },
      { '/boot/vmlinuz-6.12.9+bpo-cloud-amd64': '' },
      { '/var/lib/dpkg/status': rebuilt.replace('6.1.28-1', '6.1.27-1') },
    ]
    for (const files of quiet) expect((await os({ ...debian, ...files })).os?.rebootRequired).toBe(false)
  })

  it('knows no installed kernel where the kernel comes from outside', async () => {
    const container = { ...debian, '/proc/sys/kernel/osrelease': '6.18.44-fc\n' }
    expect((await os(container)).os).toMatchObject({ kernelInstalled: null, rebootRequired: false })
  })

  it('takes the first process for the init system where systemd is not', async () => {
    const { '/run/systemd/system/x': _, ...without } = debian
    expect((await os({ ...without, '/proc/1/comm': 'runit\n' })).init).toBe('runit')
    expect((await os(without)).init).toBe('unknown')
  })

  it('fails without os-release or kernel', async () => {
    const both = { host_os: 'collect.unreadable', host_init: 'collect.unreadable' }
    expect((await os({})).failures).toEqual(both)
    expect((await os({ '/etc/os-release': '' })).failures).toEqual(both)
  })

  it('tells of this machine what its own files say', async () => {
    const { facts } = await collectFacts(hostOsConnector, localTransport())
    expect(facts.host_os[0]?.kernelRunning).toBe(readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim())
    expect(facts.host_os[0]?.architecture).toBe(process.arch === 'x64' ? 'x86_64' : 'aarch64')
    const booted = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1])
    expect(Math.abs(Date.parse(facts.host_os[0]?.bootedAt ?? '') / 1000 - booted)).toBeLessThanOrEqual(31)
  })

  it('reads the quoting of os-release(5)', () => {
    const values = parseOsRelease(`A="x \\"y\\" \\$z"\nB='a b'\n# C=1\nD=\n 3=x\nE=plain`)
    expect([...values]).toEqual([
      ['A', 'x "y" $z'],
      ['B', 'a b'],
      ['D', ''],
      ['E', 'plain'],
    ])
  })
})

describe('kernel parameters', () => {
  it('gives the value of each key that the kernel has, with blanks made one', async () => {
    const files = {
      '/proc/sys/net/ipv4/ip_forward': '0\n',
      '/proc/sys/kernel/yama/ptrace_scope': '1\n',
      '/proc/sys/kernel/core_pattern': '|/usr/bin/x\t%p  %s\n',
    }
    const { facts } = await collectFacts(hostSysctlConnector, memoryTransport({ files }))
    expect(facts.sysctl).toEqual([
      { name: 'kernel.core_pattern', value: '|/usr/bin/x %p %s' },
      { name: 'kernel.yama.ptrace_scope', value: '1' },
      { name: 'net.ipv4.ip_forward', value: '0' },
    ])
    expect(new Set(SYSCTL_KEYS).size).toBe(SYSCTL_KEYS.length)
  })

  it('fails where a value may not be read, and where there are none', async () => {
    const denied = memoryTransport({ files: { '/proc/sys/kernel/sysrq': { content: '1', denied: true } } })
    expect((await collectFacts(hostSysctlConnector, denied)).failures).toEqual({ sysctl: 'collect.denied' })
    expect((await collectFacts(hostSysctlConnector, memoryTransport())).failures).toEqual({
      sysctl: 'collect.unreadable',
    })
  })
})

describe('kernel modules', () => {
  it('gives each module once', () => {
    expect(parseModules('ext4 1 2 - Live 0x0\nnf_tables 3 1 x,y, Live 0x0 (OE)\next4 1 2\n\nbroken\n')).toEqual([
      'ext4',
      'nf_tables',
    ])
  })

  it('has none where the kernel knows no modules, and fails where it cannot be read', async () => {
    const without = memoryTransport({ files: { '/proc/sys/kernel/osrelease': '6\n' } })
    expect(await collectFacts(hostModulesConnector, without)).toEqual({ facts: { kernel_module: [] }, failures: {} })
    expect((await collectFacts(hostModulesConnector, memoryTransport())).failures).toEqual({
      kernel_module: 'collect.unreadable',
    })
  })
})

describe('units', () => {
  const units =
    'ssh.service          loaded    active   running OpenBSD Secure Shell server\ncron.service loaded failed failed x\napparmor.service not-found inactive dead apparmor.service\ngetty@tty1.service loaded active running Getty\n'
  const unitFiles = 'ssh.service enabled enabled\ncron.service disabled enabled\ngetty@.service enabled enabled\n'
  const booted = { '/run/systemd/system': { folder: true } } as const

  it('gives services with their state and whether they start at boot', async () => {
    const systemctl = (args: readonly string[]) => ({ stdout: args[0] === 'list-units' ? units : unitFiles })
    const { facts, failures } = await collectFacts(
      hostSystemdConnector,
      memoryTransport({ files: booted, commands: { systemctl } }),
    )
    expect(failures).toEqual({})
    expect(facts.systemd_unit).toEqual([
      { unit: 'ssh.service', active: 'active', sub: 'running', enabled: 'enabled' },
      { unit: 'cron.service', active: 'failed', sub: 'failed', enabled: 'disabled' },
      { unit: 'getty@tty1.service', active: 'active', sub: 'running', enabled: null },
    ])
  })

  it('has none where systemd does not run, and fails where it runs and does not answer', async () => {
    expect(await collectFacts(hostSystemdConnector, memoryTransport())).toEqual({
      facts: { systemd_unit: [] },
      failures: {},
    })
    const silent = memoryTransport({
      files: booted,
      commands: { systemctl: { exitCode: 1, stderr: 'Failed to connect to bus\n' } },
    })
    expect((await collectFacts(hostSystemdConnector, silent)).failures).toEqual({ systemd_unit: 'collect.unreadable' })
  })
})
