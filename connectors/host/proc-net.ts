/** A socket that waits for others to begin: TCP in state LISTEN, UDP bound and not connected. */
export interface Socket {
  readonly protocol: 'tcp' | 'udp'
  readonly address: string
  readonly port: number
  /** User id of the account that made the socket. */
  readonly uid: number
  /** 0 for sockets of the kernel itself. */
  readonly inode: string
}

/** TCP_LISTEN and TCP_CLOSE of include/net/tcp_states.h; an unconnected UDP socket shows the second. */
const WAITING = { tcp: '0A', udp: '07' } as const

/**
 * Reads /proc/net/{tcp,tcp6,udp,udp6} (proc_net_tcp(5)). Lines of another shape are passed over. Addresses are in
 * the byte order of the machine, little-endian on both architectures that are supported.
 */
export function parseSockets(protocol: 'tcp' | 'udp', text: string): readonly Socket[] {
  const sockets: Socket[] = []
  for (const line of text.split('\n')) {
    const [, local, , state, , , , uid, , inode] = line.trim().split(/\s+/)
    if (state !== WAITING[protocol] || local === undefined || uid === undefined || inode === undefined) continue
    const match = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(local)
    if (match?.[1] === undefined || match[2] === undefined || !/^\d{1,10}$/.test(uid) || !/^\d{1,20}$/.test(inode))
      continue
    const port = Number.parseInt(match[2], 16)
    if (port > 0) sockets.push({ protocol, address: addressOf(match[1]), port, uid: Number(uid), inode })
  }
  return sockets
}

/** Who can reach an address: only this host, everybody, or those who reach this one address. */
export function reachOf(address: string): 'loopback' | 'any' | 'one' {
  if (address === '0.0.0.0' || address === '::') return 'any'
  return address.startsWith('127.') || address === '::1' ? 'loopback' : 'one'
}

function addressOf(hex: string): string {
  const words = hex.match(/.{8}/g) ?? []
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).toReversed().map((byte) => Number.parseInt(byte, 16)))
  if (bytes.length === 4) return bytes.join('.')
  // An IPv6 socket that serves one IPv4 address: ::ffff:0:0/96 (RFC 4291, section 2.5.5.2).
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255
  return isMapped ? bytes.slice(12).join('.') : ipv6Text(bytes)
}

/** Text of an IPv6 address (RFC 5952): no leading zeros, the longest run of two or more zero groups as `::`. */
function ipv6Text(bytes: readonly number[]): string {
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  )
  const runs = groups.map((_, start) => {
    const length = groups.slice(start).findIndex((group) => group !== '0')
    return { start, length: length < 0 ? groups.length - start : length }
  })
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), { start: 0, length: 0 })
  if (longest.length < 2) return groups.join(':')
  return `${groups.slice(0, longest.start).join(':')}::${groups.slice(longest.start + longest.length).join(':')}`
}
