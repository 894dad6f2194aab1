import { describe, expect, it } from 'vitest'
import { type MemoryEntry, memoryTransport } from '../../kernel/testing/memory-transport.ts'
import { capabilityNames } from './capabilities.ts'
import { parseDf } from './df.ts'
import { hostLoadConnector, parseMemory } from './load.connector.ts'
import { localTransport } from './local-transport.ts'
import { deletedLibraries } from './proc-maps.ts'
import { parseStatus } from './process-table.ts'
import { hostProcessesConnector } from './processes.connector.ts'
import { collectFacts } from './testing/collect-facts.ts'
import { hostTimeConnector, parseTracking } from './time.connector.ts'

const status = (name: string, uid: number, capabilities = '0'): string =>
  `Name:\t${name}\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\nCapEff:\t${capabilities.padStart(16, '0')}\n`
const map = (path: string, rights = 'r-xp'): string =>
  `7f0000000000-7f0000001000 ${rights} 00000000 fe:00 131 ${' '.repeat(20)}${path}\n`
const gone = (path: string, rights?: string): string => map(`${path} (deleted)`, rights)

const files: Record<string, MemoryEntry> = {
  '/etc/passwd': 'root:x:0:0::/:/bin/sh\npostgres:x:110:110::/:/bin/sh\n',
  '/proc/1/status': status('systemd', 0, '1ffffffffff'),
  '/proc/1/maps': map('/usr/lib/systemd/systemd') + gone('/memfd:x', 'rw-p'),
  '/proc/1/ns/user': { link: 'user:[1]' },
  '/proc/20/status': status('sshd', 0),
  '/proc/20/maps': gone('/usr/lib/x86_64-linux-gnu/libcrypto.so.3') + gone('/usr/sbin/sshd.dpkg-new'),
  '/proc/21/status': status('sshd', 0),
  '/proc/21/maps':
    gone('/usr/lib/x86_64-linux-gnu/libc.so.6', 'r--p') + gone('/usr/lib/x86_64-linux-gnu/libcrypto.so.3'),
  '/proc/30/status': status('postgres', 110, '2000000'),
  '/proc/30/maps':
    gone('/dev/zero', 'rw-s') +
    gone('/SYSV00000000', 'rw-s') +
    gone('/tmp/jit.so') +
    gone('/usr/lib/locale/locale-archive', 'r--p'),
  '/proc/40/status': status('sandboxed', 110, '1ffffffffff'),
  '/proc/40/maps': gone('/usr/lib/libz.so.1'),
  '/proc/40/ns/user': { link: 'user:[2]' },
}

describe('processes', () => {
  it('names what runs from replaced files and who has special rights, once for each program and account', async () => {
    const { facts, failures } = await collectFacts(hostProcessesConnector, memoryTransport({ files }))
    expect(failures).toEqual({})
    expect(facts.stale_process).toEqual([
      {
        process: 'sshd',
        account: 'root',
        libraries: [
          '/usr/lib/x86_64-linux-gnu/libc.so.6',
          '/usr/lib/x86_64-linux-gnu/libcrypto.so.3',
          '/usr/sbin/sshd',
        ],
      },
    ])
    expect(facts.privileged_process).toEqual([
      { process: 'postgres', account: 'postgres', capabilities: ['cap_sys_time'] },
    ])
  })

  it('fails one kind and not the other where it may not read a map', async () => {
    const denied = { ...files, '/proc/30/maps': { content: '', denied: true } }
    const { facts, failures } = await collectFacts(hostProcessesConnector, memoryTransport({ files: denied }))
    expect(failures).toEqual({ stale_process: 'collect.denied' })
    expect(facts.stale_process).toEqual([])
    expect(facts.privileged_process).toHaveLength(1)
  })

  it('leaves data files, memory files and caches out', () => {
    expect(
      deletedLibraries(gone('/usr/share/fonts/x.ttf', 'r--p') + gone('/home/app/addon.node') + gone('/var/cache/x.so')),
    ).toEqual([])
    expect(deletedLibraries(gone('/home/app/lib/x.so.1', 'r--p') + gone('/opt/app/bin/app'))).toEqual([
      '/home/app/lib/x.so.1',
      '/opt/app/bin/app',
    ])
    expect(deletedLibraries('x (deleted)\n(deleted)\n \n')).toEqual([])
  })

  it('knows the capabilities by number', () => {
    expect(capabilityNames(0n)).toEqual([])
    expect(capabilityNames(1n | (1n << 12n) | (1n << 21n) | (1n << 40n) | (1n << 63n))).toEqual([
      'cap_chown',
      'cap_net_admin',
      'cap_sys_admin',
      'cap_checkpoint_restore',
      'cap_63',
    ])
  })

  it('reads a status and refuses what is none', () => {
    expect(parseStatus(7, status('a b\u0007', 3, 'ff'))).toEqual({ pid: 7, name: 'a b?', uid: 3, capabilities: 255n })
    expect(parseStatus(7, 'State:\tZ\n')).toBeNull()
  })

  it('knows the processes of this machine, this one among them', async () => {
    const { failures } = await collectFacts(hostProcessesConnector, localTransport())
    expect(['collect.denied', undefined]).toContain(failures.stale_process)
    expect(failures.privileged_process).toBeUndefined()
  })
})

describe('load', () => {
  const proc = {
    '/proc/loadavg': '9.00 5.00 3.10 1/200 999\n',
    '/proc/stat': 'cpu  1\ncpu0 1\ncpu1 1\nbtime 1\n',
    '/proc/meminfo':
      'MemTotal:  1000 kB\nMemFree:  10 kB\nMemAvailable:  250 kB\nSwapTotal:  200 kB\nSwapFree:  150 kB\n',
  }
  const df =
    'Type     Use% IUse% Mounted on\ntmpfs      1%    1% /dev/shm\next4      91%    7% /\nbtrfs      3%     - /srv/with blank\noverlay   91%    7% /var/lib/docker/x\next4        -     - /odd\n'

  it('gives the load of a processor, memory, swap and file systems', async () => {
    const { facts, failures } = await collectFacts(
      hostLoadConnector,
      memoryTransport({ files: proc, commands: { df: { stdout: df, exitCode: 1 } } }),
    )
    expect(failures).toEqual({})
    expect(facts.host_load).toEqual([{ loadPerCpu: 1.6, memoryUsedPercent: 75, swapUsedPercent: 25 }])
    expect(facts.filesystem_usage).toEqual([
      { target: '/', usedPercent: 91, inodesUsedPercent: 7 },
      { target: '/srv/with blank', usedPercent: 3, inodesUsedPercent: 0 },
    ])
  })

  it('fails one kind and not the other', async () => {
    expect((await collectFacts(hostLoadConnector, memoryTransport({ files: proc }))).failures).toEqual({
      filesystem_usage: 'collect.unreadable',
    })
    const onlyDf = memoryTransport({ commands: { df: { stdout: df } } })
    expect((await collectFacts(hostLoadConnector, onlyDf)).failures).toEqual({ host_load: 'collect.unreadable' })
  })

  it('reads df by its headings and nothing else', () => {
    expect(
      parseDf('Filesystem Type 1024-blocks Used Available Capacity Mounted on\n/dev/a ext4 10 5 5 50% /\n'),
    ).toEqual([{ type: 'ext4', target: '/', used: 50, inodesUsed: 0 }])
    expect(parseDf('df: command not found\n')).toBeNull()
    expect(parseDf('')).toBeNull()
  })

  it('takes no swap for an empty one, and refuses a table without a total', () => {
    expect(parseMemory('MemTotal: 10 kB\nMemAvailable: 20 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n')).toEqual({
      memoryUsedPercent: 0,
      swapUsedPercent: 0,
    })
    expect(() => parseMemory('MemFree: 3 kB\n')).toThrow(/collect\.unreadable/)
  })

  it('measures this machine', async () => {
    const { facts, failures } = await collectFacts(hostLoadConnector, localTransport())
    expect(failures).toEqual({})
    expect(facts.filesystem_usage.map((row) => row.target)).toContain('/')
    expect(facts.host_load[0]?.memoryUsedPercent).toBeGreaterThan(0)
  })
})

describe('time', () => {
  const chronyd = { '/proc/9/status': status('chronyd', 0) }
  const tracking = (reference: string, leap: string): string => `${reference},ntp,3,1.0,0,0,0,1,0,0,0,0,64.0,${leap}\n`
  const time = async (host: Parameters<typeof memoryTransport>[0]) =>
    (await collectFacts(hostTimeConnector, memoryTransport(host))).facts.time_sync

  it('asks chrony, the mark of timesyncd, and else the kernel', async () => {
    expect(await time({ files: chronyd, commands: { chronyc: { stdout: tracking('C0A80101', 'Normal') } } })).toEqual([
      { daemon: 'chronyd', synchronised: true },
    ])
    expect(await time({ files: chronyd, commands: { chronyc: { exitCode: 1 } } })).toEqual([
      { daemon: 'chronyd', synchronised: null },
    ])
    const timesyncd = { '/proc/9/status': status('systemd-timesyn', 0) }
    expect(await time({ files: timesyncd })).toEqual([{ daemon: 'systemd-timesyncd', synchronised: false }])
    expect(await time({ files: { ...timesyncd, '/run/systemd/timesync/synchronized': '' } })).toEqual([
      { daemon: 'systemd-timesyncd', synchronised: true },
    ])
    const ntpd = { '/proc/9/status': status('ntpd', 0) }
    expect(await time({ files: ntpd, commands: { timedatectl: { stdout: 'yes\n' } } })).toEqual([
      { daemon: 'ntpd', synchronised: true },
    ])
    expect(await time({ files: ntpd })).toEqual([{ daemon: 'ntpd', synchronised: null }])
    expect(await time({ files: { '/proc/9/status': status('cron', 0) } })).toEqual([
      { daemon: null, synchronised: false },
    ])
  })

  it('reads the tracking report', () => {
    expect(parseTracking(tracking('C0A80101', 'Insert second'))).toBe(true)
    expect(parseTracking(tracking('C0A80101', 'Not synchronised'))).toBe(false)
    expect(parseTracking(tracking('7F7F0101', 'Normal'))).toBe(false)
    expect(parseTracking('506 Cannot talk to daemon\n')).toBeNull()
  })

  it('fails where no process can be seen', async () => {
    expect((await collectFacts(hostTimeConnector, memoryTransport())).failures).toEqual({
      time_sync: 'collect.unreadable',
    })
  })
})
