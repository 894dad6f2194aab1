import type { Fact } from '../../facts/kinds.ts'
import { defineConnector } from '../../kernel/collect/connector.ts'
import type { HostTransport } from '../../kernel/collect/transport.ts'
import { accountNames } from './account-names.ts'
import { clip } from './clip.ts'
import { parseSockets, reachOf, type Socket } from './proc-net.ts'
import { socketOwners } from './socket-owners.ts'
import { required } from './source.ts'

/** A line of /proc/net/tcp has 150 bytes; this is enough for 400,000 connections. */
const TABLE_LIMIT = 64 * 1024 * 1024

/**
 * Listening sockets and who holds them, from /proc. One row per protocol, address and port: where several processes
 * share a port, all are named.
 */
export const hostListenersConnector = defineConnector({
  id: 'host.listeners',
  system: 'host',
  produces: ['listener'],
  every: 'PT1M',
  needs: {
    de: 'root oder CAP_SYS_PTRACE, um fremde Prozesse beim Namen zu nennen; ohne das bleibt der Prozess offen',
    en: 'root or CAP_SYS_PTRACE to name processes of other accounts; without it the process stays unknown',
  },
  async collect({ transport }, { emit }) {
    for (const row of await listeners(transport)) await emit('listener', row)
  },
})

async function listeners(transport: HostTransport): Promise<readonly Fact<'listener'>[]> {
  const sockets = await readSockets(transport)
  if (sockets.length === 0) return []
  const owners = await socketOwners(transport, new Set(sockets.map((socket) => socket.inode)))
  const nameOf = await accountNames(transport)
  const places = Map.groupBy(sockets, (socket) => `${socket.protocol} ${socket.address} ${socket.port}`)
  return [...places.values()].flatMap((shared) => {
    const [first] = shared
    if (first === undefined) return []
    const processes = shared.flatMap((socket) => owners.get(socket.inode)?.name ?? [])
    const accounts = shared.map((socket) => nameOf(owners.get(socket.inode)?.uid ?? socket.uid))
    const { protocol, address, port } = first
    return [
      { protocol, address, port, reach: reachOf(address), process: together(processes), account: together(accounts) },
    ]
  })
}

async function readSockets(transport: HostTransport): Promise<readonly Socket[]> {
  const sockets = [...parseSockets('tcp', await required(transport, '/proc/net/tcp', TABLE_LIMIT))]
  for (const [protocol, file] of [
    ['tcp', '/proc/net/tcp6'],
    ['udp', '/proc/net/udp'],
    ['udp', '/proc/net/udp6'],
  ] as const) {
    // Without IPv6 in the kernel there are no such tables.
    sockets.push(...parseSockets(protocol, (await transport.readFile(file, TABLE_LIMIT)) ?? ''))
  }
  return sockets
}

const together = (names: readonly string[]): string | null =>
  names.length === 0 ? null : clip([...new Set(names)].sort().join(', '), 512)
