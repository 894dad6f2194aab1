import { type ChildProcess, spawn } from 'node:child_process'
import { basename } from 'node:path'
import type { Readable } from 'node:stream'
import { BergfriedError } from '../../../kernel/errors.ts'
import { drained } from './drained.ts'

export interface ProgramCall {
  readonly path: string
  readonly args: readonly string[]
  /** Where the server is and who asks: PGPASSWORD and its like. Nothing else of our own environment goes along. */
  readonly environment: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

const MOST_WORDS = 4000

/**
 * What a program writes, as it writes it. Ends by throwing where the program does not end well, so that nobody takes a torn
 * stream for a whole one.
 *
 * @throws {BergfriedError} `backup.dump`
 */
export async function* outputOf(call: ProgramCall): AsyncGenerator<Buffer> {
  const child = start(call, 'ignore', 'pipe')
  const ended = endOf(child, call)
  // Reported below, after what it wrote.
  ended.catch(() => undefined)
  try {
    for await (const piece of child.stdout as Readable) yield piece as Buffer
    await ended
  } finally {
    stop(child)
  }
}

/** Runs a program that writes elsewhere. @throws {BergfriedError} `backup.dump` */
export async function runToEnd(call: ProgramCall): Promise<void> {
  const child = start(call, 'ignore', 'ignore')
  await endOf(child, call).finally(() => stop(child))
}

/** Gives a program what it reads and waits for its end. @throws {BergfriedError} `backup.dump`; whatever the source throws */
export async function inputOf(call: ProgramCall, source: AsyncIterable<Buffer>): Promise<void> {
  const child = start(call, 'pipe', 'ignore')
  const ended = endOf(child, call)
  ended.catch(() => undefined)
  const { stdin } = child
  // A program that ends early closes its input; why stands in what it said.
  stdin?.on('error', () => undefined)
  try {
    for await (const piece of source) {
      if (stdin === null || stdin.destroyed || !stdin.writable) break
      if (!stdin.write(piece)) await drained(stdin)
    }
    stdin?.end()
    await ended
  } finally {
    stop(child)
  }
}

function start({ path, args, environment, signal }: ProgramCall, stdin: 'ignore' | 'pipe', stdout: 'ignore' | 'pipe') {
  signal.throwIfAborted()
  return spawn(path, args, {
    stdio: [stdin, stdout, 'pipe'],
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', ...environment },
    cwd: '/',
    signal,
  })
}

function endOf(child: ChildProcess, call: ProgramCall): Promise<void> {
  const program = basename(call.path)
  let words = ''
  child.stderr?.on('data', (piece: Buffer) => {
    words = (words + piece.toString()).slice(-MOST_WORDS)
  })
  return new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(call.signal.aborted ? call.signal.reason : failed(program, error.message, call)),
    )
    child.once('close', (code, signal) => {
      if (code === 0) resolve()
      else reject(failed(program, words.trim() === '' ? `ended by ${signal ?? code}` : words, call))
    })
  })
}

/** The first line that says what is wrong, without a password. */
function failed(program: string, words: string, { environment }: ProgramCall): BergfriedError {
  const password = environment['PGPASSWORD']
  const told = password === undefined || password === '' ? words : words.replaceAll(password, '***')
  const lines = told.split('\n').map((line) => line.trim())
  const reason = lines.find((line) => /error|fatal|FATAL|ERROR/.test(line)) ?? lines[0] ?? ''
  return new BergfriedError('backup.dump', { program, reason: reason.slice(0, 300) })
}

function stop(child: ChildProcess): void {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
}
