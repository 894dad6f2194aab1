import { malformed, refused } from './errors.ts'
import type { KeyOption } from './option-list.ts'
import { parseTimespec, type Timespec } from './timespec.ts'

/** What the options of a line in `authorized_keys` mean to sshd (OpenSSH 9.2). */
export interface AuthorizedKeyOptions {
  /** The key is no key of a user but certifies them. */
  readonly certAuthority: boolean
  /** Names of which a certificate must have one; null where the name of the account is the one. */
  readonly principals: readonly string[] | null
  readonly command: string | null
  /** Patterns of hosts and networks. */
  readonly from: string | null
  /** The key counts up to this time, itself included. */
  readonly expiry: Timespec | null
  readonly permits: Permits
  readonly touchRequired: boolean
  readonly verifyRequired: boolean
  readonly environment: readonly string[]
  readonly permitOpen: readonly string[]
  readonly permitListen: readonly string[]
  readonly tunnel: string | null
}

export interface Permits {
  readonly pty: boolean
  readonly portForwarding: boolean
  readonly agentForwarding: boolean
  readonly x11Forwarding: boolean
  readonly userRc: boolean
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

const PERMITS: ReadonlyMap<string, keyof Permits> = new Map([
  ['pty', 'pty'],
  ['port-forwarding', 'portForwarding'],
  ['agent-forwarding', 'agentForwarding'],
  ['x11-forwarding', 'x11Forwarding'],
  ['user-rc', 'userRc'],
])

const LISTS: ReadonlyMap<string, 'environment' | 'permitOpen' | 'permitListen'> = new Map([
  ['environment', 'environment'],
  ['permitopen', 'permitOpen'],
  ['permitlisten', 'permitListen'],
])

/**
 * What options mean, in their order: `restrict` takes away what was permitted before it, and what follows may permit again.
 *
 * @throws {SshError} `refused`: an option that sshd does not know or takes once only, so that it takes no key from the line;
 *   `malformed`: a flag with a value, a value that is none
 */
export function readKeyOptions(options: readonly KeyOption[]): AuthorizedKeyOptions {
  const lists = { environment: [] as string[], permitOpen: [] as string[], permitListen: [] as string[] }
  const read: Mutable<AuthorizedKeyOptions> = {
    certAuthority: false,
    principals: null,
    command: null,
    from: null,
    expiry: null,
    permits: permitting(true),
    touchRequired: true,
    verifyRequired: false,
    ...lists,
    tunnel: null,
  }
  for (const option of options) {
    const name = option.name.toLowerCase()
    const list = LISTS.get(name)
    if (list !== undefined) lists[list].push(textOf(option))
    else if (!readFlag(name, option, read)) readValue(name, option, read)
  }
  return read
}

function readFlag(name: string, option: KeyOption, read: Mutable<AuthorizedKeyOptions>): boolean {
  const wanted = !name.startsWith('no-')
  const bare = wanted ? name : name.slice(3)
  const permit = PERMITS.get(bare)
  if (permit !== undefined) read.permits = { ...read.permits, [permit]: wanted }
  else if (bare === 'touch-required') read.touchRequired = wanted
  else if (bare === 'verify-required') read.verifyRequired = wanted
  else if (name === 'restrict') read.permits = permitting(false)
  else if (name === 'cert-authority') read.certAuthority = true
  else return false
  if (option.value !== null) throw malformed(`options: ${bare} with a value`)
  return true
}

function readValue(name: string, option: KeyOption, read: Mutable<AuthorizedKeyOptions>): void {
  switch (name) {
    case 'command':
      read.command = once(name, read.command, textOf(option))
      break
    case 'from':
      read.from = once(name, read.from, textOf(option))
      break
    case 'tunnel':
      read.tunnel = textOf(option)
      break
    case 'principals':
      read.principals = once(name, read.principals, textOf(option).split(','))
      break
    case 'expiry-time':
      read.expiry = earlier(read.expiry, parseTimespec(textOf(option)))
      break
    default:
      throw refused('options: one that sshd does not know')
  }
}

function once<T>(name: string, before: T | null, value: T): T {
  if (before !== null) throw refused(`options: ${name} twice`)
  return value
}

/** sshd takes the earliest of several; of different time zones, nobody here can say which that is. */
function earlier(before: Timespec | null, next: Timespec): Timespec {
  if (before === null) return next
  if (before.zone !== next.zone) throw refused('options: expiry-time in two time zones')
  return before.seconds < next.seconds ? before : next
}

function textOf({ name, value }: KeyOption): string {
  if (value === null) throw malformed(`options: ${name} without a value`)
  return value
}

const permitting = (all: boolean): Permits => ({
  pty: all,
  portForwarding: all,
  agentForwarding: all,
  x11Forwarding: all,
  userRc: all,
})
