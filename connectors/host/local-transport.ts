import { constants, readlinkSync } from 'node:fs'
import { lstat, open, readdir, readlink, stat } from 'node:fs/promises'
import type { CommandResult, FileStat, HostCommand, HostTransport } from '../../kernel/collect/transport.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { aborted, findProgram, runCommand } from './run-command.ts'
import { pathInRoot } from './sandbox-path.ts'

export interface LocalTransportOptions {
  /**
   * Folder that stands for the root of the host. Every path is resolved inside it, links included. Of the commands
   * only those that read below a given path are really run; `df` answers with the file
   * `/run/bergfried-sandbox/df` of that folder (output of `df --output=fstype,pcent,ipcent,target`); `nft`,
   * `iptables-save` and `ip6tables-save` run only inside `netnsPid`. Everything else counts as not installed.
   */
  readonly root?: string
  /** A process in the network namespace to look at: commands run there, and /proc/net is that of this process. */
  readonly netnsPid?: number
  readonly signal?: AbortSignal
}

const HEAD_LIMIT = 4096
const FILE_LIMIT = 8 * 1024 * 1024
const OUTPUT_LIMIT = 16 * 1024 * 1024
const COMMAND_SECONDS = 10
const FILE_SECONDS = 10
const CHUNK = 64 * 1024

const PATH_COMMANDS: ReadonlySet<HostCommand> = new Set(['sshd', 'find', 'ssh-keygen'])
const NETWORK_COMMANDS: ReadonlySet<HostCommand> = new Set(['nft', 'iptables-save', 'ip6tables-save'])
const SANDBOX_DF = '/run/bergfried-sandbox/df'

/** Reads this machine, or a folder on it that looks like the root of a host. */
export function localTransport(options: LocalTransportOptions = {}): HostTransport {
  const root = options.root === undefined ? null : options.root.replace(/\/+$/, '') || '/'
  const netns = options.netnsPid === undefined ? null : String(options.netnsPid)

  /** @throws {BergfriedError} `collect.unreadable` where links go round in circles */
  const locate = (path: string, followLast: boolean): string => {
    if (netns !== null && (path === '/proc/net' || path.startsWith('/proc/net/')))
      return `/proc/${netns}${path.slice(5)}`
    if (root === null || root === '/') return path
    const found = pathInRoot(root, path, followLast)
    if (found === null) throw new BergfriedError('collect.unreadable', { what: path, reason: 'ELOOP' })
    return found
  }

  /** Bounds a file operation in time and types its failures; what is not there becomes null. */
  const guarded = async <T>(path: string, work: () => Promise<T>): Promise<T | null> => {
    if (options.signal?.aborted) throw aborted(path, options.signal)
    let timer: NodeJS.Timeout | undefined
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new BergfriedError('collect.timeout', { what: path, seconds: FILE_SECONDS })),
        FILE_SECONDS * 1000,
      )
    })
    try {
      return await Promise.race([work(), tooLate])
    } catch (error) {
      return absentOrThrow(path, error)
    } finally {
      clearTimeout(timer)
    }
  }

  const readFile = (path: string, limit = FILE_LIMIT): Promise<string | null> =>
    guarded(path, async () => readRegular(path, locate(path, true), limit))

  return {
    label: root === null ? 'local' : `sandbox ${root}`,
    path: (path) => locate(path, true),
    readFile,
    head: (path, bytes) => guarded(path, async () => readHead(path, locate(path, true), Math.min(bytes, HEAD_LIMIT))),
    list: (path) => guarded(path, async () => (await readdir(locate(path, true))).sort()),
    stat: (path) => guarded(path, async () => fileStat(await lstat(locate(path, false)))),
    readLink: (path) =>
      guarded(path, async () => {
        const at = locate(path, false)
        // Links of /proc are made by the kernel on the spot and never wait for a disk; there are thousands of them.
        return await notALinkIsNull(async () => (at.startsWith('/proc/') ? readlinkSync(at) : await readlink(at)))
      }),
    run: async (command, args, { seconds = COMMAND_SECONDS, limit = OUTPUT_LIMIT } = {}) => {
      if (options.signal?.aborted) throw aborted(command, options.signal)
      const limits = { seconds, limit, signal: options.signal }
      if (root !== null && command === 'df') {
        const stdout = await readFile(SANDBOX_DF, limit)
        return stdout === null ? null : { exitCode: 0, stdout, stderr: '' }
      }
      if (root !== null && !PATH_COMMANDS.has(command) && !(NETWORK_COMMANDS.has(command) && netns !== null))
        return null
      const file = findProgram(command)
      if (file === null) return null
      return netns === null
        ? await runCommand(command, file, args, limits)
        : await runInNamespace(command, netns, [file, ...args], limits)
    },
  }
}

async function runInNamespace(
  command: HostCommand,
  pid: string,
  commandLine: readonly string[],
  limits: Parameters<typeof runCommand>[3],
): Promise<CommandResult> {
  const nsenter = findProgram('nsenter')
  if (nsenter === null)
    throw new BergfriedError('collect.unreadable', { what: command, reason: 'nsenter is not installed' })
  const result = await runCommand(command, nsenter, [`--net=/proc/${pid}/ns/net`, '--', ...commandLine], limits)
  if (result.exitCode !== 0 && result.stderr.startsWith('nsenter:')) {
    const what = `/proc/${pid}/ns/net`
    if (/not permitted|denied/i.test(result.stderr)) throw new BergfriedError('collect.denied', { what })
    throw new BergfriedError('collect.unreadable', { what, reason: 'the network namespace cannot be entered' })
  }
  return result
}

/** Reads to the end whatever the size says: files of /proc have size 0. */
async function readRegular(path: string, at: string, limit: number): Promise<string> {
  // Looked at before it is opened: opening a device can set it in motion, opening a FIFO waits for a writer.
  refuseUnlessRegular(path, await stat(at))
  const handle = await open(at, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  try {
    const found = await handle.stat()
    refuseUnlessRegular(path, found)
    if (found.size > limit && !at.startsWith('/proc/'))
      throw new BergfriedError('collect.too_large', { what: path, limit })
    const chunks: Buffer[] = []
    for (let size = 0; ; ) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(Math.min(CHUNK, limit + 1)), 0, null, null)
      if (bytesRead === 0) return Buffer.concat(chunks).toString('utf8')
      size += bytesRead
      if (size > limit) throw new BergfriedError('collect.too_large', { what: path, limit })
      chunks.push(buffer.subarray(0, bytesRead))
    }
  } finally {
    await handle.close()
  }
}

async function readHead(path: string, at: string, bytes: number): Promise<Uint8Array> {
  refuseUnlessRegular(path, await stat(at))
  const handle = await open(at, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  try {
    refuseUnlessRegular(path, await handle.stat())
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

function refuseUnlessRegular(path: string, found: { isFile(): boolean; isDirectory(): boolean }): void {
  if (found.isFile()) return
  const reason = found.isDirectory() ? 'EISDIR' : 'not a regular file'
  throw new BergfriedError('collect.unreadable', { what: path, reason })
}

type NodeStat = Awaited<ReturnType<typeof lstat>>

function fileStat(found: NodeStat): FileStat {
  const kind = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : found.isSymbolicLink() ? 'link' : 'other'
  return {
    kind,
    mode: (Number(found.mode) & 0o7777).toString(8).padStart(4, '0'),
    uid: Number(found.uid),
    gid: Number(found.gid),
    size: Number(found.size),
    modifiedAt: found.mtime,
  }
}

/** EINVAL of readlink(2): not a link. Elsewhere EINVAL is a failure to read. */
async function notALinkIsNull(read: () => Promise<string>): Promise<string | null> {
  try {
    return await read()
  } catch (error) {
    if (codeOf(error) === 'EINVAL') return null
    throw error
  }
}

/** ESRCH: a process whose folder in /proc was open has ended. */
const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'ESRCH'])

const codeOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error ? String(error.code) : null

function absentOrThrow(path: string, error: unknown): null {
  if (error instanceof BergfriedError) throw error
  const code = codeOf(error)
  if (code === null) throw error
  if (ABSENT.has(code)) return null
  if (code === 'EACCES' || code === 'EPERM')
    throw new BergfriedError('collect.denied', { what: path }, { cause: error })
  throw new BergfriedError('collect.unreadable', { what: path, reason: code }, { cause: error })
}
