// Enrols a Linux host, as root. Shows every change; makes them with --apply alone.
//   main-enroll.ts enroll --server URL --host NAME --authority FILE --orders FILE --token FILE [--server-ca FILE] [--grace SECONDS] [--apply]
//   main-enroll.ts undo [--apply]
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { activate, carryOut, carryOutUndo, planUndo, reloadSshd, showChange } from './enroll.ts'
import { type EnrollRequest, planEnroll } from './enroll-plan.ts'
import { codeOf, HostError, problem, textOf } from './errors.ts'
import { layoutOf } from './layout.ts'

const OPTIONS = {
  server: { type: 'string' },
  host: { type: 'string' },
  authority: { type: 'string' },
  orders: { type: 'string' },
  token: { type: 'string' },
  'server-ca': { type: 'string' },
  grace: { type: 'string' },
  apply: { type: 'boolean' },
} as const

type Values = Readonly<Partial<Record<keyof typeof OPTIONS, string | boolean>>>

const lang = Intl.DateTimeFormat().resolvedOptions().locale.startsWith('de') ? 'de' : 'en'
const out = (line: string): void => void process.stdout.write(`${line}\n`)

async function enroll(values: Values): Promise<void> {
  const layout = layoutOf('/')
  const plan = planEnroll('/', layout, requestOf(values))
  for (const change of plan.changes) out(showChange(change, lang))
  for (const warning of plan.warnings) out(`! ${warning[lang]}`)
  if (values.apply !== true) return
  await carryOut(layout, plan)
  for (const left of await activate('/', layout)) out(`! ${left[lang]}`)
}

async function undo(values: Values): Promise<void> {
  const layout = layoutOf('/')
  const changes = planUndo('/', layout)
  for (const change of changes) out(showChange(change, lang))
  if (values.apply !== true) return
  await carryOutUndo(layout, changes)
  for (const left of reloadSshd(layout)) out(`! ${left[lang]}`)
}

function requestOf(values: Values): EnrollRequest {
  const fileOf = (name: keyof typeof OPTIONS): string => {
    const path = needed(values, name)
    try {
      return readFileSync(path, 'utf8').trim()
    } catch (error) {
      throw problem('usage', path, `cannot be read (${codeOf(error)})`, `ist nicht lesbar (${codeOf(error)})`)
    }
  }
  const grace = values.grace === undefined ? 0 : Number(values.grace)
  return {
    ...{ server: needed(values, 'server'), host: needed(values, 'host') },
    serverAuthority: values['server-ca'] === undefined ? null : `${fileOf('server-ca')}\n`,
    ...{ authority: fileOf('authority'), orders: fileOf('orders'), token: fileOf('token') },
    mode: grace === 0 ? 'strict' : { graceSeconds: grace },
  }
}

function needed(values: Values, name: keyof typeof OPTIONS): string {
  const value = values[name]
  if (typeof value === 'string' && value !== '') return value
  throw problem('usage', `--${name}`, 'is missing', 'fehlt')
}

function parse(args: readonly string[]): Values {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true }).values
  } catch {
    throw problem('usage', args.join(' '), 'not understood', 'nicht verstanden')
  }
}

try {
  const [command, ...args] = process.argv.slice(2)
  if (command !== 'enroll' && command !== 'undo') {
    throw problem('usage', 'main-enroll.ts', 'enroll or undo', 'enroll oder undo')
  }
  const values = parse(args)
  if (process.getuid?.() !== 0) throw problem('unsafe', 'main-enroll.ts', 'needs root', 'braucht root')
  process.umask(0o022)
  await (command === 'enroll' ? enroll(values) : undo(values))
} catch (error) {
  process.stderr.write(`${textOf(error, 'bergfried-host')[lang]}\n`)
  process.exitCode = error instanceof HostError && error.code === 'usage' ? 2 : 3
}
