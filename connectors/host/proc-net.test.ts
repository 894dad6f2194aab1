import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memoryTransport } from '../../kernel/testing/memory-transport.ts'
import { hostListenersConnector } from './listeners.connector.ts'
import { parseSockets, reachOf } from './proc-net.ts'
import { collectFacts } from './testing/collect-facts.ts'

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/host-system/${name}`, import.meta.url), 'utf8')

const status = (name: string, uid: number): string =>
  `Name:\t${name}\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\nCapEff:\t0000000000000000\n`
const stat = (pid: number, name: string, startedAt: number): string =>
  `${pid} (${name}) S 1 1 1 0 -1 4194560 1 0 0 0 1 1 0 0 20 0 1 0 ${startedAt} 1 1 18446744073709551615\n`

const files = {
  '/proc/net/tcp': fixture('proc-net-tcp.txt'),
  '/proc/net/tcp6': fixture('proc-net-tcp6.txt'),
  '/proc/net/udp': fixture('proc-net-udp.txt'),
  '/etc/passwd':
    'root:x:0:0::/root:/bin/sh\nwww-data:x:33:33::/var/www:/bin/sh\navahi:x:105:105::/:/bin/false\npostgres:x:110:110::/:/bin/sh\n',
  '/proc/700/status': status('postgres', 110),
  '/proc/700/fd/5': { link: 'socket:[20001]' },
  '/proc/700/fd/6': { link: 'socket:[20006]' },
  '/proc/700/fd/7': { link: 'socket:[20004]' },
  // The younger of the two has the lower number, as after the numbers have gone round.
  '/proc/12/status': status('sshd-child', 0),
  '/proc/12/stat': stat(12, 'sshd) (child', 900),
  '/proc/12/fd/3': { link: 'socket:[20002]' },
  '/proc/800/status': status('sshd', 0),
  '/proc/800/stat': stat(800, 'sshd', 100),
  '/proc/800/fd/3': { link: 'socket:[20002]' },
  '/proc/800/fd/4': { link: 'socket:[20005]' },
  '/proc/900/status': status('nginx', 33),
  '/proc/900/fd': { folder: true, denied: true },
  '/proc/901/status': status('avahi-daemon', 105),
  '/proc/901/fd/4': { link: 'socket:[20011]' },
  '/proc/902/status': status('browser', 1000),
  '/proc/902/fd/4': { link: 'socket:[20012]' },
  '/proc/902/fd/5': { link: '/home/x/file' },
} as const

describe('listeners', () => {
  it('names address, port, reach, process and account', async () => {
    const { facts, failures } = await collectFacts(hostListenersConnector, memoryTransport({ files }))
    expect(failures).toEqual({})
    const lines = facts.listener.map((row) => Object.values(row).join(' | '))
    expect(lines).toEqual([
      'tcp | 127.0.0.1 | 5432 | loopback | postgres | postgres',
      'tcp | 0.0.0.0 | 22 | any | sshd | root',
      'tcp | 10.0.0.10 | 443 | one |  | www-data',
      'tcp | :: | 22 | any | sshd | root',
      'tcp | ::1 | 5432 | loopback | postgres | postgres',
      'tcp | 127.0.0.1 | 8080 | loopback |  | 1000',
      'tcp | 2001:db8::1 | 443 | one |  | www-data',
      'udp | 0.0.0.0 | 68 | any |  | root',
      'udp | 0.0.0.0 | 5353 | any | avahi-daemon, browser | 1000, avahi',
      'udp | 0.0.0.0 | 51820 | any |  | root',
    ])
    expect(facts.listener[2]).toMatchObject({ process: null })
  })

  it('fails without the table of sockets, instead of saying that nothing listens', async () => {
    const { failures } = await collectFacts(
      hostListenersConnector,
      memoryTransport({ files: { '/proc/1/status': status('init', 0) } }),
    )
    expect(failures).toEqual({ listener: 'collect.unreadable' })
  })

  it('works where only the sockets can be seen and no process', async () => {
    const { facts } = await collectFacts(
      hostListenersConnector,
      memoryTransport({ files: { '/proc/net/tcp': fixture('proc-net-tcp.txt') } }),
    )
    expect(facts.listener.map((row) => row.account)).toEqual(['110', '0', '33'])
  })
})

describe('sockets', () => {
  it('reads back every address that it is given', () => {
    const bytes = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 255 })), { minLength: 16, maxLength: 16 })
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 65_535 }), (address, port) => {
        const hex = [0, 4, 8, 12]
          .flatMap((at) => address.slice(at, at + 4).toReversed())
          .map((byte) => byte.toString(16).padStart(2, '0').toUpperCase())
          .join('')
        const place = `${hex}:${port.toString(16).toUpperCase().padStart(4, '0')}`
        const [socket] = parseSockets('tcp', `0: ${place} ${'0'.repeat(32)}:0000 0A 0:0 0:0 0 7 0 99 1`)
        expect(socket).toMatchObject({ port, uid: 7, inode: '99' })
        const text = socket?.address ?? ''
        expect(isIP(text)).toBeGreaterThan(0)
        // An independent reading of the same text: the URL parser of the runtime writes RFC 5952.
        if (isIP(text) === 6) expect(`[${text}]`).toBe(new URL(`http://[${text}]`).hostname)
      }),
    )
  })

  it('takes nothing from lines of another shape', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom('0A', '07', '0100007F:0016', '0', ' ')), { maxLength: 12 }),
        (words) => {
          for (const socket of parseSockets('tcp', words.join(' '))) expect(isIP(socket.address)).toBeGreaterThan(0)
        },
      ),
    )
  })

  it('knows what is reachable from outside', () => {
    expect(['127.0.0.1', '127.1.2.3', '::1', '0.0.0.0', '::', '10.0.0.1', 'fe80::1', '::ffff'].map(reachOf)).toEqual([
      'loopback',
      'loopback',
      'loopback',
      'any',
      'any',
      'one',
      'one',
      'one',
    ])
  })
})
