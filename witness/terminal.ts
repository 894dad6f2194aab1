import { WitnessError } from './errors.ts'

export type Lang = 'de' | 'en'

export interface Text {
  readonly de: string
  readonly en: string
}

export interface Clock {
  now(): Date
}

/** What an operation may touch of the outside beside its files and sockets. */
export interface Terminal {
  readonly lang: Lang
  readonly clock: Clock
  /** Aborted when the process shall end. */
  readonly signal: AbortSignal
  /** A line of the result, on standard output. */
  out(line: string): void
  /** A remark, on standard error. */
  note(line: string): void
}

/** Runs an operation and says in one sentence why it could not be done. @returns the exit code: 0 done, 2 wrong usage, 3 not possible */
export async function attempt(terminal: Terminal, operation: () => Promise<void>): Promise<number> {
  try {
    await operation()
    return 0
  } catch (error) {
    if (!(error instanceof WitnessError)) throw error
    terminal.note(`witness: ${error.sentence(terminal.lang)}`)
    return error.code === 'usage' ? 2 : 3
  }
}
