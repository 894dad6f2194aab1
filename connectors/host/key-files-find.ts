import type { Fact } from '../../facts/kinds.ts'
import type { HostTransport } from '../../kernel/collect/transport.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import type { PasswdEntry } from './accounts-parse.ts'
import { isLocal } from './accounts-read.ts'
import { follow } from './permissions-follow.ts'

/** A path at which a private key may lie. */
export interface Candidate {
  readonly path: string
  readonly purpose: Fact<'key_file'>['purpose']
  /** The name alone says that it is a key: it is reported even where its content may not be read. */
  readonly byName: boolean
}

/** A folder with more entries is refused: nobody keeps as many keys, but anybody can make as many files. */
const MOST_ENTRIES = 5000

const SERVER_FOLDERS = ['/etc/nginx', '/etc/apache2', '/etc/postgresql']

/**
 * Places in which keys lie on Debian and its kin: host keys, the .ssh of every home, /etc/ssl/private, certbot, and
 * *.key below the configuration of nginx, Apache and PostgreSQL, two folders deep.
 *
 * @throws {BergfriedError} `collect.too_large`, and what the transport throws
 */
export async function keyCandidates(transport: HostTransport, users: readonly PasswdEntry[]): Promise<Candidate[]> {
  const found = new Map<string, Candidate>()
  const add = (path: string, purpose: Candidate['purpose'], byName: boolean) => {
    if (!found.has(path)) found.set(path, { path, purpose, byName })
  }
  const names = async (folder: string) => await entries(transport, folder)

  for (const name of await names('/etc/ssh')) {
    if (/^ssh_host_.*key$/.test(name)) add(`/etc/ssh/${name}`, 'ssh-host', true)
  }
  for (const home of homesOf(users)) {
    for (const name of await names(`${home}/.ssh`)) {
      if (!OTHER_SSH_FILES.test(name)) add(`${home}/.ssh/${name}`, 'ssh-user', /^id_|\.pem$/.test(name))
    }
  }
  for (const name of await names('/etc/ssl/private'))
    add(`/etc/ssl/private/${name}`, 'tls', /\.(?:key|pem)$/.test(name))
  for (const domain of await names('/etc/letsencrypt/live')) {
    add(`/etc/letsencrypt/live/${domain}/privkey.pem`, 'tls', true)
  }
  for (const domain of await names('/etc/letsencrypt/archive')) {
    for (const name of await names(`/etc/letsencrypt/archive/${domain}`)) {
      if (/^privkey\d*\.pem$/.test(name)) add(`/etc/letsencrypt/archive/${domain}/${name}`, 'tls', true)
    }
  }
  for (const folder of SERVER_FOLDERS) {
    for (const path of await keysBelow(transport, folder, 2)) add(path, 'tls', true)
  }
  return [...found.values()]
}

const OTHER_SSH_FILES = /\.pub$|^(?:authorized_keys2?|known_hosts(?:\.old)?|config|rc|environment)$/

function homesOf(users: readonly PasswdEntry[]): string[] {
  const homes = users
    .filter((user) => isLocal(user) && user.home.startsWith('/'))
    .map((user) => user.home.replace(/\/+$/, ''))
  return [...new Set(homes)]
}

async function keysBelow(transport: HostTransport, folder: string, depth: number): Promise<string[]> {
  const found: string[] = []
  for (const name of await entries(transport, folder)) {
    const path = `${folder}/${name}`
    if (name.endsWith('.key')) found.push(path)
    else if (depth > 0 && (await follow(transport, path))?.stat.kind === 'folder') {
      found.push(...(await keysBelow(transport, path, depth - 1)))
    }
  }
  return found
}

async function entries(transport: HostTransport, folder: string): Promise<readonly string[]> {
  const names = (await transport.list(folder)) ?? []
  if (names.length > MOST_ENTRIES) {
    throw new BergfriedError('collect.too_large', { what: folder, limit: `${MOST_ENTRIES} entries` })
  }
  return names
}
