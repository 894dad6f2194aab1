import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Clock } from '../system-clock.ts'

/** A change of the rules that this host saw happen. */
export interface SeenGeneration {
  readonly generation: number
  readonly pid: number
  readonly process: string
  /** Whose process it was; null where it was gone before anybody looked. */
  readonly uid: number | null
  /** ISO 8601 */
  readonly at: string
  /** What nft said of it, at most so many lines. */
  readonly lines: readonly string[]
}

const MOST_LINES = 50
const MOST_CHARACTERS = 300
const AGAIN_MS = 5000
const GENERATION = /^# new generation ([0-9]{1,10}) by process ([0-9]{1,10}) \((.{0,32})\)$/

/**
 * Watches who changes the rules, until the signal: `nft monitor` in text, since its JSON leaves the generation and the process out. A watcher
 * that ends is started again; what happens in between is seen by nobody, and nobody is named for it.
 */
export function watchRules(clock: Clock, signal: AbortSignal, onSeen: (seen: SeenGeneration) => void): void {
  if (signal.aborted) return
  const child: ChildProcess = spawn('nft', ['monitor'], {
    ...{ cwd: '/', env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC' } },
    ...{ stdio: ['ignore', 'pipe', 'ignore'] },
  })
  const end = (): void => void child.kill('SIGKILL')
  signal.addEventListener('abort', end, { once: true })
  let lines: string[] = []
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const seen = parseGeneration(line, clock, lines)
      if (seen === null) {
        if (lines.length < MOST_LINES) lines.push(line.slice(0, MOST_CHARACTERS))
        return
      }
      lines = []
      onSeen(seen)
    })
  }
  child.once('error', () => undefined)
  child.once('close', () => {
    signal.removeEventListener('abort', end)
    const timer = setTimeout(() => watchRules(clock, signal, onSeen), AGAIN_MS)
    timer.unref()
  })
}

function parseGeneration(line: string, clock: Clock, lines: readonly string[]): SeenGeneration | null {
  const [, generation, pid = '', name = ''] = GENERATION.exec(line) ?? []
  if (generation === undefined) return null
  const at = clock.now().toISOString()
  return { generation: Number(generation), pid: Number(pid), process: name, uid: uidOf(pid), at, lines }
}

function uidOf(pid: string): number | null {
  try {
    const [, uid = ''] = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? []
    return uid === '' ? null : Number(uid)
  } catch {
    return null
  }
}
