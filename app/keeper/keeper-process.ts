import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { isKeeperReason, KeeperError } from '../../keeper/errors.ts'
import type { StartMessage } from '../../keeper/start-message.ts'
import type { Launch } from './launch.ts'

/** What the keeper says on its standard output: one JSON object per line. */
export type KeeperEvent = Readonly<Record<string, string | number>> & { readonly event: string }

export interface KeeperProcess {
  readonly pid: number
  /** What it was waited for: that it is ready, or that it recovered. */
  readonly first: KeeperEvent
  /** Resolves when it is gone. */
  readonly gone: Promise<string>
  /** Ends it in order, or after a while in disorder. */
  stop(): Promise<void>
}

const READY_WITHIN_MS = 20_000
const ENDED_WITHIN_MS = 5_000

/**
 * Starts the process and waits until it is ready.
 *
 * @param message - goes over standard input, which then stays open: when it closes the keeper ends
 * @param variables - the whole environment of the process
 * @param onEvent - whatever it says later
 * @throws {KeeperError} why it did not start
 */
export async function startProcess(
  launch: Launch,
  message: StartMessage,
  variables: Readonly<Record<string, string>>,
  onEvent: (event: KeeperEvent) => void,
): Promise<KeeperProcess> {
  const child = spawn(launch.file, launch.args, {
    cwd: '/',
    env: { ...variables },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
  // It may be gone before it has read; its exit says so.
  child.stdin.on('error', () => undefined)
  const gone = new Promise<string>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'))
    child.once('exit', (code, signal) => resolve(signal ?? `exit ${code}`))
  })
  let words = ''
  child.stderr.on('data', (chunk: Buffer) => {
    words = `${words}${chunk.toString()}`.slice(-1000)
  })
  const first = new Promise<KeeperEvent>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = parseEvent(line)
      if (event === null) return
      if (event.event === 'ready' || event.event === 'recovered') resolve(event)
      else if (event.event === 'not-started') reject(errorOf(event))
      else onEvent(event)
    })
    const late = setTimeout(() => reject(unreachable('not ready in time', 'nicht rechtzeitig bereit')), READY_WITHIN_MS)
    void saidAndGone(gone, child).then((how) => {
      clearTimeout(late)
      const said = words.trim().split('\n').at(-1) ?? ''
      reject(unreachable(`it ended (${how}) ${said}`.trim(), `er endete (${how}) ${said}`.trim()))
    })
  })
  child.stdin.write(`${JSON.stringify(message)}\n`)
  const stop = async () => {
    child.stdin.end()
    const hard = setTimeout(() => child.kill('SIGKILL'), ENDED_WITHIN_MS)
    await gone
    clearTimeout(hard)
  }
  try {
    return { pid: child.pid ?? 0, first: await first, gone, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Its last words are read before its end is told. */
async function saidAndGone(gone: Promise<string>, child: ChildProcess): Promise<string> {
  const how = await gone
  if (child.stdout !== null && !child.stdout.readableEnded && child.pid !== undefined) {
    await new Promise<void>((resolve) => child.once('close', () => resolve()))
  }
  return how
}

function parseEvent(line: string): KeeperEvent | null {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && 'event' in value ? (value as KeeperEvent) : null
  } catch {
    return null
  }
}

function errorOf({ event: _event, code, ...detail }: KeeperEvent): KeeperError {
  return new KeeperError(isKeeperReason(code) ? code : 'failed', detail)
}

const unreachable = (reason: string, reasonDe: string): KeeperError =>
  new KeeperError('unreachable', { reason, reasonDe })
