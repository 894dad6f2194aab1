import { spawnSync } from 'node:child_process'
import { accessSync, constants, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { HOME } from '../home.ts'
import type { Account } from './account.ts'
import type { KeeperFolders } from './folders.ts'

export interface Launch {
  readonly file: string
  readonly args: readonly string[]
}

export interface LaunchInput {
  readonly account: Account
  readonly folders: KeeperFolders
  /** The key lies in a token: native code has to be loaded. */
  readonly token: boolean
  /** Leave it the network, for a token that is reached by it. */
  readonly network: boolean
}

const MEBI = 1024 * 1024
/** Longest file that it may write: its journal stays far below. */
const MOST_FILE_BYTES = 8 * MEBI

/**
 * How the keeper is started: limits, then an empty network namespace, then no way to ever gain rights, then Node with its
 * permission model. Each is used where this machine has it; what came of it the keeper measures itself.
 */
export function launchPlan(input: LaunchInput): Launch {
  const node = [process.execPath, ...nodeOptions(input), join(HOME, 'keeper', 'main.ts')]
  const chain = [...limits(), ...(input.network ? [] : withoutNetwork()), ...withoutGain(input.account), ...node]
  const [file = process.execPath, ...args] = chain
  return { file, args }
}

function nodeOptions({ folders, token }: LaunchInput): readonly string[] {
  const code = [
    'keeper',
    'engines/tlog',
    'engines/sshcert',
    'engines/fieldcrypt',
    'engines/keyuse',
    'package.json',
    ...(token ? ['node_modules/koffi', KOFFI_BINARY] : []),
  ]
  const readable = [...code.flatMap((path) => realPath(join(HOME, path))), folders.keys, folders.run]
  return [
    '--permission',
    ...[...new Set(readable)].map((path) => `--allow-fs-read=${path}`),
    ...[folders.keys, folders.run].map((path) => `--allow-fs-write=${path}`),
    token ? '--allow-addons' : '--no-addons',
    // A signal must not open a debugger, nor a string become code.
    '--disable-sigusr1',
    '--disallow-code-generation-from-strings',
    '--disable-proto=delete',
    '--max-old-space-size=64',
    // Private keys lie in memory that is never swapped nor dumped (OpenSSL, CRYPTO_secure_malloc_init).
    '--secure-heap=65536',
    '--secure-heap-min=32',
    '--no-warnings',
    '--title=bergfried-keeper',
  ]
}

const KOFFI_BINARY = `node_modules/@koromix/koffi-linux-${process.arch}`

function realPath(path: string): readonly string[] {
  try {
    return [path, realpathSync(path)]
  } catch {
    return [path]
  }
}

function limits(): readonly string[] {
  const prlimit = tool('prlimit')
  if (prlimit === null) return []
  const core = coreLimit()
  const wanted = [`--core=${core}:${core}`, '--nofile=256:256', `--fsize=${MOST_FILE_BYTES}:${MOST_FILE_BYTES}`]
  return works([prlimit, ...wanted]) ? [prlimit, ...wanted] : []
}

/** The kernel dumps nothing at 1, not even to a program that collects dumps, which 0 does not stop (core(5)). */
function coreLimit(): 0 | 1 {
  const line = /^Max core file size\s+\S+\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))
  return line?.[1] === '0' ? 0 : 1
}

function withoutNetwork(): readonly string[] {
  const unshare = tool('unshare')
  if (unshare === null) return []
  const root = process.getuid?.() === 0
  const chain = [unshare, ...(root ? ['--net'] : ['--user', '--map-current-user', '--net']), '--']
  return works(chain) ? chain : []
}

/** Root's rights but those to read our own code, which may lie in a closed home, and to become the keeper's account. */
function withoutGain(account: Account): readonly string[] {
  const setpriv = tool('setpriv')
  if (setpriv === null) return []
  const rights = account.own ? '-all,+setuid,+setgid,+dac_read_search' : '-all,+dac_read_search'
  const root = process.getuid?.() === 0
  const chain = [setpriv, '--no-new-privs', ...(root ? [`--bounding-set=${rights}`, '--inh-caps=-all'] : []), '--']
  return works(chain) ? chain : []
}

const works = (chain: readonly string[]): boolean => {
  const [file = '', ...args] = [...chain, tool('true') ?? '/bin/true']
  return spawnSync(file, args, { stdio: 'ignore', env: {}, timeout: 5_000 }).status === 0
}

function tool(name: string): string | null {
  for (const folder of ['/usr/bin', '/bin', '/usr/sbin', '/sbin']) {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return join(folder, name)
    } catch {
      // perhaps in the next one
    }
  }
  return null
}
