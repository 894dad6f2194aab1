import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'

const MAIN = join(import.meta.dirname, '..', 'main.ts')
const FLAGS = ['--disable-warning=ExperimentalWarning', MAIN]

/** A witness in a process of its own. */
export interface SpawnedWitness {
  readonly url: string
  readonly process: ChildProcess
  /** What it said on standard error. */
  readonly said: string[]
  /** Ends it; resolves when it is gone. */
  end(signal?: NodeJS.Signals): Promise<number | null>
}

export interface WitnessHome {
  readonly folder: string
  readonly list: string
  readonly verifierKey: string
  /** Replaces the list of logs. */
  watch(...verifierKeys: readonly string[]): Promise<void>
  run(...options: readonly string[]): Promise<SpawnedWitness>
  remove(): Promise<void>
}

/** Runs the command to its end. */
export async function callWitness(...args: readonly string[]): Promise<{ code: number; out: string; said: string }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [...FLAGS, ...args], { timeout: 15_000 })
    return { code: 0, out: stdout, said: stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, out: stdout, said: stderr }
  }
}

/** A new witness that watches these logs. */
export async function makeWitness(name: string, ...verifierKeys: readonly string[]): Promise<WitnessHome> {
  const base = await mkdtemp(join(tmpdir(), 'witness-'))
  const [folder, list] = [join(base, 'w'), join(base, 'logs')]
  const watch = (...keys: readonly string[]) => writeFile(list, keys.map((key) => `${key}\n`).join(''))
  await watch(...verifierKeys)
  const { out } = await callWitness('init', '--folder', folder, '--name', name)
  return {
    folder,
    list,
    verifierKey: out.trim(),
    watch,
    run: (...options) => spawnWitness('--folder', folder, '--logs', list, '--rate', '0', ...options),
    remove: () => rm(base, { recursive: true, force: true }),
  }
}

async function spawnWitness(...options: readonly string[]): Promise<SpawnedWitness> {
  const child = spawn(process.execPath, [...FLAGS, 'run', '--lang', 'en', '--listen', '127.0.0.1:0', ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => said.push(line))
  const ended = once(child, 'exit')
  const first = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>
  const line = await Promise.race([first, ended.then(() => null)])
  if (line === null) throw new Error(`the witness did not start: ${said.join(' ')}`)
  return {
    url: line[0].split(' ')[1] ?? '',
    process: child,
    said,
    end: async (signal = 'SIGTERM') => {
      child.kill(signal)
      const [code] = (await ended) as [number | null]
      return code
    },
  }
}

/** Posts a body to a witness. */
export async function submit(url: string, body: string): Promise<{ status: number; type: string; text: string }> {
  const response = await fetch(`${url}add-checkpoint`, { method: 'POST', body })
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    text: await response.text(),
  }
}
