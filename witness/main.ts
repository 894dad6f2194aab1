// A witness without an installation: `node witness/main.ts init|run|show`, Node 22.18 or newer.
import { parseArgs } from 'node:util'
import { problem } from './errors.ts'
import { initWitness } from './init.ts'
import { INIT_OPTIONS, RUN_OPTIONS, SHOW_OPTIONS, type Values } from './options.ts'
import { runWitness } from './run.ts'
import { showWitness } from './show.ts'
import { systemClock } from './system-clock.ts'
import { attempt, type Lang, type Terminal } from './terminal.ts'

const COMMANDS = {
  init: { options: INIT_OPTIONS, run: initWitness },
  run: { options: RUN_OPTIONS, run: runWitness },
  show: { options: SHOW_OPTIONS, run: showWitness },
} as const

const isCommand = (word: string | undefined): word is keyof typeof COMMANDS =>
  word !== undefined && Object.hasOwn(COMMANDS, word)

async function main(argv: readonly string[]): Promise<number> {
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort())
  const terminal: Terminal = {
    lang: languageOf(argv),
    clock: systemClock,
    signal: stop.signal,
    out: (line) => process.stdout.write(`${line}\n`),
    note: (line) => process.stderr.write(`${line}\n`),
  }
  const [word, ...args] = argv
  if (!isCommand(word)) {
    terminal.note(usage(terminal.lang))
    return word === '--help' || word === 'help' ? 0 : 2
  }
  const command = COMMANDS[word]
  return attempt(terminal, () => command.run(terminal, process.cwd(), parse(args, command.options)))
}

function parse(args: readonly string[], options: (typeof COMMANDS)[keyof typeof COMMANDS]['options']): Values {
  const known = Object.fromEntries(
    Object.entries({ ...options, lang: { type: 'string' as const } }).map(([name, spec]) => [
      name,
      { type: spec.type, ...('multiple' in spec && spec.multiple === true ? { multiple: true } : {}) },
    ]),
  )
  try {
    return parseArgs({ args: [...args], options: known, strict: true }).values as Values
  } catch (error) {
    const said = (error as Error).message.split('. To specify')[0] ?? ''
    throw problem('usage', args.join(' '), said, said)
  }
}

function languageOf(argv: readonly string[]): Lang {
  const at = argv.findIndex((word) => word === '--lang' || word.startsWith('--lang='))
  const said = at < 0 ? Intl.DateTimeFormat().resolvedOptions().locale : (argv[at]?.split('=')[1] ?? argv[at + 1])
  return said?.startsWith('de') === true ? 'de' : 'en'
}

function usage(lang: Lang): string {
  const lines = Object.entries(COMMANDS).flatMap(([word, { options }]) => [
    `node witness/main.ts ${word}`,
    ...Object.entries(options).map(([name, spec]) => {
      const value = 'value' in spec ? ` ${spec.value}` : ''
      return `  ${`--${name}${value}`.padEnd(22)} ${spec.help[lang]}`
    }),
  ])
  return lines.join('\n')
}

process.exitCode = await main(process.argv.slice(2))
