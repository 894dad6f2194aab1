import type { Environment } from '../kernel/config/environment.ts'
import type { Lang, Text } from '../kernel/i18n/text.ts'

export interface OptionSpec {
  readonly type: 'boolean' | 'string'
  readonly help: Text
  /** How the value is called in the usage line. */
  readonly value?: string
  readonly multiple?: boolean
}

/** Everything a command may touch of the outside; a test passes plain objects. */
export interface World {
  readonly lang: Lang
  readonly cwd: string
  readonly env: Environment
  /** A line of the result, on standard output. */
  out(line: string): void
  /** Progress and remarks, on standard error. */
  note(line: string): void
  /** True where standard error is a terminal. */
  readonly interactive: boolean
  readonly signal: AbortSignal
}

export interface Invocation {
  readonly args: readonly string[]
  readonly options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>
}

/** A command of the command line. Exit codes: 0 holds, 1 does not hold, 2 wrong usage, 3 could not look. */
export interface Command {
  /** Words that call it, for example "systems add". */
  readonly name: string
  readonly summary: Text
  /** Positional arguments as shown in the usage line, for example "NAME". */
  readonly args?: readonly { readonly name: string; readonly optional?: boolean; readonly help: Text }[]
  readonly options?: Readonly<Record<string, OptionSpec>>
  run(world: World, invocation: Invocation): Promise<number>
}

/** Gives a command file its types. */
export const defineCommand = (command: Command): Command => command
