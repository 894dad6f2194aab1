import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { KeeperClient } from '../client.ts'
import type { StartMessage } from '../start-message.ts'
import { strippedCode } from './stripped-code.ts'

export interface Folders {
  readonly keys: string
  readonly run: string
  readonly socket: string
  remove(): void
}

/** Key folder and socket folder in a temporary place. */
export function makeFolders(): Folders {
  const top = mkdtempSync(join(tmpdir(), 'bergfried-keeper-'))
  const [keys, run] = [join(top, 'keys'), join(top, 'run')]
  for (const folder of [keys, run]) {
    mkdirSync(folder)
    chmodSync(folder, 0o700)
  }
  return { keys, run, socket: join(run, 'socket'), remove: () => rmSync(top, { recursive: true, force: true }) }
}

export interface RawKeeper {
  readonly child: ChildProcess
  readonly client: KeeperClient
  /** The first thing it said, or null where it ended without a word. */
  readonly first: Promise<Record<string, unknown> | null>
  readonly events: Record<string, unknown>[]
  readonly ended: Promise<void>
  kill(): Promise<void>
}

/** Starts the real process with the permission model alone: fast enough for hundreds. */
export function rawKeeper(folders: Folders, more: Partial<StartMessage> = {}, flags?: readonly string[]): RawKeeper {
  const { keys, run } = folders
  const code = strippedCode()
  const permissions = [
    '--permission',
    ...[code, keys, run].map((path) => `--allow-fs-read=${path}`),
    ...[keys, run].map((path) => `--allow-fs-write=${path}`),
  ]
  const child = spawn(process.execPath, [...(flags ?? permissions), '--no-warnings', join(code, 'keeper/main.mjs')], {
    env: {},
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  child.stdin.on('error', () => undefined)
  const message: StartMessage = {
    keys,
    run,
    origin: null,
    token: null,
    account: null,
    group: false,
    recover: null,
    ...more,
  }
  child.stdin.write(`${JSON.stringify(message)}\n`)
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const events: Record<string, unknown>[] = []
  const first = new Promise<Record<string, unknown> | null>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = JSON.parse(line) as Record<string, unknown>
      events.push(event)
      resolve(event)
    })
    void ended.then(() => resolve(null))
  })
  const client = new KeeperClient({ socket: folders.socket, timeoutMs: 5_000 })
  return {
    child,
    client,
    first,
    events,
    ended,
    kill: async () => {
      client.close()
      child.kill('SIGKILL')
      await ended
    },
  }
}
