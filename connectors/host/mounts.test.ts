import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type MemoryEntry, memoryTransport } from '../../kernel/testing/memory-transport.ts'
import { localTransport } from './local-transport.ts'
import { hostMountsConnector } from './mounts.connector.ts'
import { mountOf, parseMounts, parseSwaps } from './proc-mounts.ts'
import { collectFacts } from './testing/collect-facts.ts'

const files: Record<string, MemoryEntry> = {
  '/proc/mounts': [
    'proc /proc proc rw,nosuid 0 0',
    'sysfs /sys sysfs rw 0 0',
    'udev /dev devtmpfs rw 0 0',
    'tmpfs /dev/shm tmpfs rw,nosuid,nodev 0 0',
    'tmpfs /run/user/1000 tmpfs rw 0 0',
    '/dev/mapper/vg-root / ext4 rw,relatime 0 0',
    '/dev/sda1 /boot ext4 rw 0 0',
    '/dev/mapper/md--home /home xfs rw,noexec 0 0',
    '/dev/mapper/half /half ext4 rw 0 0',
    '/dev/mapper/verity /verity ext4 ro 0 0',
    '/dev/md0p1 /raid ext4 rw 0 0',
    'systemd-1 /mnt/share autofs rw 0 0',
    'server:/export /mnt/share nfs4 rw 0 0',
    '/dev/loop0 /snap/core squashfs ro 0 0',
    '/dev/loop1 /image ext4 ro 0 0',
    'overlay /var/lib/docker/overlay2/x/merged overlay rw 0 0',
    String.raw`/dev/sda2 /with\040blank ext4 rw 0 0`,
    '/dev/gone /gone ext4 rw 0 0',
    '',
  ].join('\n'),
  '/proc/swaps':
    'Filename\tType\tSize\tUsed\tPriority\n/dev/dm-1 partition 100 0 -2\n/dev/zram0 partition 1 0 5\n/swap.img file 1 0 -3\n/boot/swap file 1 0 -4\n',
  '/dev/mapper/vg-root': { link: '../dm-1' },
  '/dev/mapper/md--home': { link: '../dm-3' },
  '/dev/mapper/half': { link: '../dm-4' },
  '/dev/mapper/verity': { link: '../dm-5' },
  // dm-1 is a volume on dm-0, which is LUKS on sda3.
  '/sys/class/block/dm-0/dm/uuid': 'CRYPT-LUKS2-0123456789abcdef-sda3_crypt\n',
  '/sys/class/block/dm-0/slaves/sda3': { folder: true },
  '/sys/class/block/dm-1/dm/uuid': 'LVM-abc\n',
  '/sys/class/block/dm-1/slaves/dm-0': { folder: true },
  '/sys/class/block/sda1/partition': '1\n',
  '/sys/class/block/sda2/partition': '2\n',
  '/sys/class/block/sda/size': '1\n',
  '/sys/class/block/dm-3/dm/uuid': 'LVM-def\n',
  '/sys/class/block/dm-3/slaves/dm-0': { folder: true },
  '/sys/class/block/dm-3/slaves/dm-2': { folder: true },
  '/sys/class/block/dm-2/dm/uuid': 'CRYPT-PLAIN-x\n',
  '/sys/class/block/dm-4/dm/uuid': 'LVM-ghi\n',
  '/sys/class/block/dm-4/slaves/dm-0': { folder: true },
  '/sys/class/block/dm-4/slaves/sda1': { folder: true },
  '/sys/class/block/dm-5/dm/uuid': 'CRYPT-VERITY-x\n',
  '/sys/class/block/dm-5/slaves/sda1': { folder: true },
  '/sys/class/block/md0p1': { link: '../../devices/virtual/block/md0/md0p1' },
  '/sys/devices/virtual/block/md0/md0p1/partition': '1\n',
  '/sys/class/block/md0/slaves/dm-0': { folder: true },
  '/sys/class/block/md0/slaves/dm-2': { folder: true },
  '/sys/class/block/loop1/size': '1\n',
  '/sys/class/block/zram0/size': '1\n',
}

describe('mounts', () => {
  it('says what is mounted and what of it is encrypted', async () => {
    const { facts, failures } = await collectFacts(
      hostMountsConnector,
      memoryTransport({ files: { ...files, '/sys/class/block/md0p1/partition': '1' } }),
    )
    expect(failures).toEqual({})
    expect(Object.fromEntries(facts.mount.map((row) => [row.target, row.encrypted]))).toEqual({
      '/proc': null,
      '/dev/shm': null,
      '/': true,
      '/boot': false,
      '/home': true,
      '/half': false,
      '/verity': false,
      '/raid': true,
      '/mnt/share': null,
      '/image': null,
      '/with blank': false,
      '/gone': null,
      'swap:/dev/dm-1': true,
      'swap:/dev/zram0': true,
      'swap:/swap.img': true,
      'swap:/boot/swap': false,
    })
    expect(facts.mount.find((row) => row.target === '/home')).toMatchObject({
      type: 'xfs',
      options: ['rw', 'noexec'],
      source: '/dev/mapper/md--home',
    })
    expect(facts.mount.find((row) => row.target === '/mnt/share')?.type).toBe('nfs4')
  })

  it('fails without /proc/mounts', async () => {
    expect((await collectFacts(hostMountsConnector, memoryTransport())).failures).toEqual({
      mount: 'collect.unreadable',
    })
  })

  it('does not follow layers in a circle', async () => {
    const circle = {
      '/proc/mounts': '/dev/dm-0 / ext4 rw 0 0\n',
      '/sys/class/block/dm-0/slaves/dm-1': { folder: true },
      '/sys/class/block/dm-1/slaves/dm-0': { folder: true },
    } as const
    const { facts } = await collectFacts(hostMountsConnector, memoryTransport({ files: circle }))
    expect(facts.mount[0]?.encrypted).toBeNull()
  })

  it('finds the root of this machine', async () => {
    const { facts } = await collectFacts(hostMountsConnector, localTransport())
    expect(facts.mount.filter((row) => row.target === '/')).toHaveLength(1)
  })

  it('reads any text without failing, and every written mount back', () => {
    const name = fc.string({ minLength: 1, maxLength: 8 })
    const escaped = (text: string): string =>
      text.replace(/[\s\\]/g, (c) => (c.charCodeAt(0) < 256 ? `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}` : c))
    fc.assert(
      fc.property(name, name, (source, target) => {
        const [mount] = parseMounts(`${escaped(source)} /${escaped(target)} ext4 rw 0 0\n`)
        expect(mount).toMatchObject({ source, target: `/${target}` })
      }),
    )
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const mount of parseMounts(text)) expect(mount.target.startsWith('/')).toBe(true)
        expect(parseSwaps(text).length).toBeLessThanOrEqual(text.length)
      }),
    )
  })

  it('knows which mount holds a path', () => {
    const mounts = parseMounts('/dev/a / ext4 rw 0 0\n/dev/b /var ext4 rw 0 0\n')
    expect(['/swap', '/var/swap', '/variant'].map((path) => mountOf(path, mounts)?.source)).toEqual([
      '/dev/a',
      '/dev/b',
      '/dev/a',
    ])
  })
})
