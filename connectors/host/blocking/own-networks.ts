import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'

/** Loopback, link-local, and what every network needs to work at all. */
const ALWAYS = ['127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '::1/128', 'fe80::/10', 'ff00::/8'] as const

export interface OwnNetworks {
  readonly addresses: readonly string[]
  /** What could not be asked. */
  readonly unread: readonly string[]
}

/**
 * Whom this machine must never keep out: itself, its gateways, its name servers, whoever is signed in over the network.
 *
 * @returns addresses and networks, as they are written there
 */
export async function ownNetworks(root = ''): Promise<OwnNetworks> {
  const unread: string[] = []
  const text = async (path: string): Promise<string> =>
    readFile(`${root}${path}`, 'utf8').catch(() => {
      unread.push(path)
      return ''
    })
  const own = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address))
  const [routes, routes6, resolv, who] = await Promise.all([
    text('/proc/net/route'),
    text('/proc/net/ipv6_route'),
    text('/etc/resolv.conf'),
    signedIn().catch(() => {
      unread.push('who')
      return []
    }),
  ])
  const addresses = [...ALWAYS, ...own, ...gateways4(routes), ...gateways6(routes6), ...nameServers(resolv), ...who]
  return { addresses: [...new Set(addresses.map((a) => a.replace(/%.*$/, '')))], unread }
}

/** proc(5): fields are little-endian hexadecimal; the third is the gateway. */
export const gateways4 = (text: string): readonly string[] =>
  text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const hex = line.trim().split(/\s+/)[2] ?? ''
      if (!/^[0-9A-F]{8}$/.test(hex) || hex === '00000000') return []
      return [
        (hex.match(/../g) ?? [])
          .reverse()
          .map((part) => Number.parseInt(part, 16))
          .join('.'),
      ]
    })

/** The fifth field is the next hop, 32 digits. */
export const gateways6 = (text: string): readonly string[] =>
  text.split('\n').flatMap((line) => {
    const hex = line.trim().split(/\s+/)[4] ?? ''
    if (!/^[0-9a-f]{32}$/.test(hex) || /^0+$/.test(hex)) return []
    return [(hex.match(/.{4}/g) ?? []).join(':')]
  })

export const nameServers = (text: string): readonly string[] =>
  [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)].flatMap(([, address = '']) =>
    isIP(address.replace(/%.*$/, '')) === 0 ? [] : [address],
  )

/** Hosts of utmp, as who(1) shows them. */
function signedIn(): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn('/usr/bin/who', ['--ips'], {
      env: { LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 5000,
    })
    let said = ''
    child.stdout.on('data', (part: Buffer) => {
      if (said.length < 100_000) said += part.toString()
    })
    child.once('error', reject)
    child.once('close', (status) => (status === 0 ? resolve(hostsOf(said)) : reject(new Error(`who: ${status}`))))
  })
}

export const hostsOf = (said: string): readonly string[] =>
  said.split('\n').flatMap((line) => {
    const last =
      line
        .trim()
        .split(/\s+/)
        .at(-1)
        ?.replace(/^\(|\)$/g, '') ?? ''
    return isIP(last) === 0 ? [] : [last]
  })
