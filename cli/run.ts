import { parseArgs } from 'node:util'
import { readEnvironment } from '../kernel/config/environment.ts'
import { BergfriedError, exitOf } from '../kernel/errors.ts'
import type { Lang } from '../kernel/i18n/text.ts'
import type { Command, World } from './command.ts'
import { COMMANDS } from './commands.generated.ts'
import { commandUsage, overview } from './usage.ts'

/** Runs one command line and returns its exit code. Results go to standard output, everything else to standard error. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  const stop = new AbortController()
  const env = readEnvironment()
  const lang = languageFrom(argv, env.language)
  const world: World = {
    lang,
    cwd: env.variable('INIT_CWD') ?? process.cwd(),
    env,
    out: (line) => process.stdout.write(`${line}\n`),
    note: (line) => process.stderr.write(`${line}\n`),
    interactive: process.stderr.isTTY === true,
    signal: stop.signal,
  }
  process.once('SIGINT', () => stop.abort(new Error('interrupted')))
  process.once('SIGTERM', () => stop.abort(new Error('terminated')))
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that went away (`| head`) is no failure of ours.
    if (error.code === 'EPIPE') process.exit(0)
  })
  try {
    return await dispatch(argv, world)
  } catch (error) {
    if (stop.signal.aborted) return 3
    world.note(sentenceOf(error, lang))
    return exitOf(error)
  }
}

async function dispatch(argv: readonly string[], world: World): Promise<number> {
  const words = wordsOf(argv)
  if (words.length === 0 || words[0] === 'help') {
    world.out(overview(COMMANDS, world.lang))
    return words.length === 0 && !argv.some((a) => /^(-h|--help)$/.test(a)) ? 2 : 0
  }
  const command = (COMMANDS as readonly Command[])
    .filter((c) => c.name.split(' ').every((word, i) => words[i] === word))
    .sort((a, b) => b.name.length - a.name.length)[0]
  if (command === undefined) {
    const said = words.slice(0, 2).join(' ')
    throw usage(
      world.lang === 'de'
        ? `Den Befehl „${said}“ gibt es nicht. \`bergfried help\` zeigt alle.`
        : `There is no command “${said}”. \`bergfried help\` shows them all.`,
    )
  }
  if (argv.includes('--help') || argv.includes('-h')) {
    world.out(commandUsage(command, world.lang))
    return 0
  }
  return command.run(world, parse(command, argv, world))
}

/** The words before the first option, the language left out: the command and its arguments. */
function wordsOf(argv: readonly string[]): readonly string[] {
  const rest = argv.filter((word, i) => !word.startsWith('--lang') && argv[i - 1] !== '--lang')
  const end = rest.findIndex((word) => word.startsWith('-'))
  return end < 0 ? rest : rest.slice(0, end)
}

function parse(command: Command, argv: readonly string[], world: World) {
  const options = Object.fromEntries(
    Object.entries({ ...command.options, lang: { type: 'string' as const } }).map(([name, spec]) => [
      name,
      { type: spec.type, ...('multiple' in spec && spec.multiple === true ? { multiple: true } : {}) },
    ]),
  )
  let parsed: ReturnType<typeof parseArgs>
  try {
    parsed = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true })
  } catch (error) {
    throw usage(`${(error as Error).message.split('. To specify')[0]}.\n${commandUsage(command, world.lang)}`)
  }
  const args = parsed.positionals.slice(command.name.split(' ').length)
  const wanted = command.args ?? []
  const needed = wanted.filter((a) => a.optional !== true).length
  if (args.length < needed || args.length > wanted.length) throw usage(commandUsage(command, world.lang))
  return { args, options: parsed.values as Record<string, string | boolean | string[] | undefined> }
}

const usage = (reason: string): BergfriedError => new BergfriedError('usage.invalid', { reason })

function languageFrom(argv: readonly string[], fallback: Lang): Lang {
  const at = argv.findIndex((word) => word === '--lang' || word.startsWith('--lang='))
  const said = at < 0 ? undefined : argv[at]?.includes('=') ? argv[at]?.split('=')[1] : argv[at + 1]
  return said === 'de' || said === 'en' ? said : fallback
}

function sentenceOf(error: unknown, lang: Lang): string {
  if (error instanceof BergfriedError) return `bergfried: ${error.sentence(lang)}`
  const intro = lang === 'de' ? 'Unerwarteter Fehler, bitte melden' : 'Unexpected error, please report it'
  return `bergfried: ${intro}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
}
