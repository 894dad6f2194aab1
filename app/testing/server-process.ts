import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { HOME } from '../home.ts'

export interface ServerProcess {
  readonly child: ChildProcess
  /** Everything said on standard output and standard error so far. */
  readonly said: () => string
  /** Standard output alone. */
  readonly result: () => string
  /** Resolves when the output matches; rejects when the process ends before. */
  until(pattern: RegExp): Promise<RegExpExecArray>
  /** Exit code, or null after a signal. */
  readonly ended: Promise<number | null>
}

/** Starts the real server (or another entry) in a process of its own. */
export function startProcess(
  entry: string,
  env: Readonly<Record<string, string>>,
  options: { args?: readonly string[]; uid?: number; gid?: number; cwd?: string } = {},
): ServerProcess {
  const { args = [], ...rest } = options
  const child = spawn('sh', [join(HOME, 'bin/node24'), join(HOME, entry), ...args], {
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'en_US.UTF-8', HOME: '/nonexistent', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: '/',
    ...rest,
  })
  let text = ''
  let output = ''
  const listeners = new Set<() => void>()
  const take = (chunk: Buffer) => {
    text += chunk.toString()
    for (const listener of listeners) listener()
  }
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
    take(chunk)
  })
  child.stderr.on('data', take)
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  return {
    child,
    said: () => text,
    result: () => output,
    ended,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(text)
          if (found === null) return
          listeners.delete(look)
          resolve(found)
        }
        listeners.add(look)
        look()
        void ended.then((code) => reject(new Error(`ended with ${code} before ${pattern}:\n${text}`)))
      }),
  }
}
