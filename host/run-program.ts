import { spawn } from 'node:child_process'
import { codeOf, problem } from './errors.ts'

export interface Ended {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** 20,000 where not given. */
  readonly timeoutMs?: number
  /** Given up for the run, with all other groups. */
  readonly as?: { readonly uid: number; readonly gid: number }
  /** What it reads from its standard input; nothing where not given. */
  readonly input?: string
}

const MOST_OUTPUT = 16_777_216
/** What a program of the system needs, and nothing of ours. */
const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC' }

/**
 * Runs a program of the system to its end, in a bounded time and with bounded output.
 *
 * @throws {HostError} `failed`: missing, too slow, too talkative. Its exit code is the caller's matter.
 */
export function runProgram(program: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { timeoutMs = 20_000, as, input } = options
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...{
        cwd: '/',
        env: ENVIRONMENT,
        stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
      },
      ...as,
    })
    const parts: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] }
    let length = 0
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.on('data', (part: Buffer) => {
        length += part.length
        if (length > MOST_OUTPUT) child.kill('SIGKILL')
        else parts[name].push(part)
      })
    }
    // Whoever ends before it has read everything says so by its exit code.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input)
    child.once('error', (error) => {
      reject(
        problem('failed', program, `cannot be run (${codeOf(error)})`, `lässt sich nicht starten (${codeOf(error)})`),
      )
    })
    child.once('close', (status, signal) => {
      if (signal !== null || status === null) {
        reject(problem('failed', program, `was ended by ${signal}`, `wurde durch ${signal} beendet`))
      } else {
        const text = (name: 'stdout' | 'stderr'): string => Buffer.concat(parts[name]).toString('utf8')
        resolve({ status, stdout: text('stdout'), stderr: text('stderr') })
      }
    })
  })
}

/** @throws {HostError} `failed`, also where it ends with another code than 0 */
export async function mustRun(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await runProgram(program, args, options)
  if (status === 0) return stdout
  const said = stderr
    .replaceAll(/[^ -~]+/g, ' ')
    .trim()
    .slice(0, 300)
  throw problem('failed', program, `ended with ${status}: ${said}`, `endete mit ${status}: ${said}`)
}
