import { appendFile, chmod, chown, lstat, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { type Clock, systemClock } from '../clock/clock.ts'
import { BergfriedError } from '../errors.ts'
import type { SandboxHost } from './drill.ts'
import type { GoodFile } from './good-file.ts'
import { GOOD_RULESET, goodHostFiles } from './good-host.ts'
import { goodHostKernelFiles } from './good-host-kernel.ts'
import { sandboxNamespace } from './sandbox-namespace.ts'

export interface RunningSandboxHost extends SandboxHost {
  /** The folder that stands for `/`, to be given to the host transport. */
  readonly root: string
  /** A process in the sandbox's network namespace; null where this machine allows none. */
  readonly netnsPid: number | null
  /** Ends the processes of the sandbox and removes its folder. */
  stop(): Promise<void>
}

const isRoot = process.getuid?.() === 0

/**
 * Lays out a small, well-kept Debian 12 below `folder` (made if it is missing) and, where the machine allows it, a
 * network namespace with loopback and a default-deny rule set.
 *
 * Owners other than ourselves need root: as an ordinary user every file of the sandbox belongs to that user.
 *
 * @param options.clock - when "now" is for package lists and boot time
 */
export async function startSandboxHost(options: { folder: string; clock?: Clock }): Promise<RunningSandboxHost> {
  const root = join(options.folder, 'root')
  const now = (options.clock ?? systemClock).now()
  // Nobody else on the machine needs to see the sandbox, with its setuid files and keys.
  await mkdir(options.folder, { recursive: true, mode: 0o700 })
  await mkdir(root, { mode: 0o755 })
  for (const file of [...goodHostFiles(root, now), ...goodHostKernelFiles(now)]) await lay(root, file)
  const namespace = await sandboxNamespace()
  const host = namespace === null ? null : { namespace, hasNft: await loads(namespace.nft(GOOD_RULESET)) }
  const at = (path: string) => inside(root, path)
  const needs = (what: string): never => {
    throw new BergfriedError('drill.no_sandbox', { drill: 'host', needs: what })
  }
  return {
    kind: 'host',
    root,
    netnsPid: host?.namespace.pid ?? null,
    async write(path, content, mode) {
      await mkdir(dirname(at(path)), { recursive: true })
      const before = await unlock(at(path))
      await writeFile(at(path), content)
      await chmod(at(path), mode === undefined ? (before ?? 0o644) : Number.parseInt(mode, 8))
    },
    async append(path, content) {
      const before = await unlock(at(path))
      await appendFile(at(path), content)
      if (before !== null) await chmod(at(path), before)
    },
    read: async (path) => {
      try {
        return await readFile(at(path), 'utf8')
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
        throw error
      }
    },
    remove: (path) => rm(at(path), { recursive: true, force: true }),
    chmod: (path, mode) => chmod(at(path), Number.parseInt(mode, 8)),
    chown: async (path, uid, gid) => (isRoot ? await chown(at(path), uid, gid) : needs('root')),
    nft: async (ruleset) => (host?.hasNft ? await host.namespace.nft(ruleset) : needs('nft')),
    listen: async (address, port) => (host === null ? needs('netns') : await host.namespace.listen(address, port)),
    async stop() {
      await host?.namespace.stop()
      await rm(root, { recursive: true, force: true })
    },
  }
}

async function lay(root: string, file: GoodFile): Promise<void> {
  const at = inside(root, file.path)
  await mkdir(file.kind === 'folder' ? at : dirname(at), { recursive: true })
  if (file.kind === 'link') return await symlink(file.target, at)
  if (file.kind === 'file') await writeFile(at, file.content)
  // The owner first: chown clears the setuid bits (chown(2)).
  if (isRoot) await chown(at, file.uid ?? 0, file.gid ?? 0)
  await chmod(at, Number.parseInt(file.mode ?? (file.kind === 'folder' ? '0755' : '0644'), 8))
}

/** Makes a file writable for its owner, so that an ordinary user can change a 0440 file too; says its mode before. */
async function unlock(at: string): Promise<number | null> {
  try {
    const mode = (await lstat(at)).mode & 0o7777
    await chmod(at, mode | 0o600)
    return mode
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

async function loads(loading: Promise<void>): Promise<boolean> {
  try {
    await loading
    return true
  } catch (error) {
    if (error instanceof BergfriedError) return false
    throw error
  }
}

/** Nothing that a drill names may lie outside the sandbox. */
function inside(root: string, path: string): string {
  return join(root, normalize(`/${path}`))
}
