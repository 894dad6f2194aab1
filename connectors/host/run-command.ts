import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import type { CommandResult } from '../../kernel/collect/transport.ts'
import { BergfriedError } from '../../kernel/errors.ts'

/** Where commands are looked for. Never the caller's own PATH. */
const SEARCH_PATH = ['/usr/sbin', '/usr/bin', '/sbin', '/bin']

/** The whole environment of a command: nothing of ours reaches it. */
const ENVIRONMENT = { PATH: SEARCH_PATH.join(':'), LC_ALL: 'C', LANG: 'C', TZ: 'UTC' }

export interface RunLimits {
  readonly seconds: number
  /** Bytes of standard output and standard error together. */
  readonly limit: number
  readonly signal: AbortSignal | undefined
}

/**
 * Runs a program in a process group of its own, without a shell, with empty input. When the time or the size is
 * used up the whole group is killed.
 *
 * @param what - name of the command for messages
 * @param file - absolute path, from {@link findProgram}
 * @throws {BergfriedError} `collect.timeout`, `collect.too_large`, `collect.denied`, `collect.unreadable`
 */
export function runCommand(
  what: string,
  file: string,
  args: readonly string[],
  limits: RunLimits,
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { detached: true, env: ENVIRONMENT, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    let size = 0
    const release = (): void => {
      clearTimeout(timer)
      limits.signal?.removeEventListener('abort', onAbort)
    }
    const giveUp = (error: unknown): void => {
      release()
      killGroup(child)
      child.stdout?.destroy()
      child.stderr?.destroy()
      // Only after the child is gone, so that a caller never sees it alive behind an error.
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) reject(error)
      else child.once('exit', () => reject(error))
    }
    const onAbort = (): void => giveUp(aborted(what, limits.signal))
    const timer = setTimeout(
      () => giveUp(new BergfriedError('collect.timeout', { what, seconds: limits.seconds })),
      limits.seconds * 1000,
    )
    limits.signal?.addEventListener('abort', onAbort, { once: true })
    const keep = (into: Buffer[]) => (chunk: Buffer) => {
      size += chunk.length
      if (size > limits.limit) giveUp(new BergfriedError('collect.too_large', { what, limit: limits.limit }))
      else into.push(chunk)
    }
    child.stdout?.on('data', keep(stdout))
    child.stderr?.on('data', keep(stderr))
    child.once('error', (error) => {
      release()
      reject(startFailure(what, error))
    })
    child.once('close', (code, signal) => {
      release()
      if (code === null)
        reject(new BergfriedError('collect.unreadable', { what, reason: `ended by ${signal ?? 'a signal'}` }))
      else resolve({ exitCode: code, stdout: text(stdout), stderr: text(stderr) })
    })
    if (limits.signal?.aborted) onAbort()
  })
}

/** Absolute path of a program on this machine, or null where it is not installed. */
export function findProgram(name: string): string | null {
  for (const folder of SEARCH_PATH) {
    const file = `${folder}/${name}`
    try {
      accessSync(file, constants.X_OK)
      return file
    } catch {
      // Not here: look in the next folder.
    }
  }
  return null
}

/** The error for a call that was cancelled. */
export function aborted(what: string, signal: AbortSignal | undefined): BergfriedError {
  const cause: unknown = signal?.reason
  if (cause instanceof BergfriedError) return cause
  return new BergfriedError('collect.unreadable', { what, reason: 'cancelled' }, { cause })
}

const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8')

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // The group is gone already.
  }
}

function startFailure(what: string, error: Error): BergfriedError {
  const code = 'code' in error ? String(error.code) : error.message
  if (code === 'EACCES' || code === 'EPERM') return new BergfriedError('collect.denied', { what }, { cause: error })
  return new BergfriedError('collect.unreadable', { what, reason: code }, { cause: error })
}
