// Enrols a Linux host, as root. Shows every change; makes them with --apply alone.
//   main-enroll.ts enroll --server URL --host NAME --authority FILE --orders FILE --token FILE [--server-ca FILE] [--grace SECONDS] [--firewall] [--apply]
//   main-enroll.ts undo [--apply]
//   main-enroll.ts delete-account --account NAME [--apply]
// Each takes --root FOLDER, see `rootOf`.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { deleteAccount } from './accounts.ts'
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
  account: { type: 'string' },
  root: { type: 'string' },
  firewall: { type: 'boolean' },
  apply: { type: 'boolean' },
} as const

type Values = Readonly<Partial<Record<keyof typeof OPTIONS, string | boolean>>>

const lang = Intl.DateTimeFormat().resolvedOptions().locale.startsWith('de') ? 'de' : 'en'
const out = (line: string): void => void process.stdout.write(`${line}\n`)

async function enroll(values: Values): Promise<void> {
  const root = rootOf(values)
  const layout = layoutOf(root)
  const plan = planEnroll(root, layout, requestOf(values))
  for (const change of plan.changes) out(showChange(change, lang))
  for (const warning of plan.warnings) out(`! ${warning[lang]}`)
  if (values.apply !== true) return
  await carryOut(layout, plan)
  for (const left of await activate(root, layout)) out(`! ${left[lang]}`)
}

async function undo(values: Values): Promise<void> {
  const root = rootOf(values)
  const layout = layoutOf(root)
  const changes = planUndo(root, layout)
  for (const change of changes) out(showChange(change, lang))
  if (values.apply !== true) return
  await carryOutUndo(layout, changes)
  for (const left of reloadSshd(layout)) out(`! ${left[lang]}`)
}

/** An account that has ended, with its number: files that still have it will be whoever's gets it next. */
async function remove(values: Values): Promise<void> {
  const account = needed(values, 'account')
  out(`- account ${account}`)
  if (values.apply === true) await deleteAccount(layoutOf('/'), account)
}

const COMMANDS: Readonly<Record<string, (values: Values) => Promise<void>>> = {
  enroll,
  undo,
  'delete-account': remove,
}

/** A folder in place of `/`, for an sshd of one's own: its accounts are still those of this machine. */
const rootOf = ({ root }: Values): string => (typeof root === 'string' ? resolve(root) : '/')

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
    firewall: values.firewall === true,
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
  const [command = '', ...args] = process.argv.slice(2)
  const run = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined
  if (run === undefined) {
    const names = Object.keys(COMMANDS)
    throw problem('usage', 'main-enroll.ts', names.join(', '), names.join(', '))
  }
  const values = parse(args)
  if (process.getuid?.() !== 0) throw problem('unsafe', 'main-enroll.ts', 'needs root', 'braucht root')
  process.umask(0o022)
  await run(values)
} catch (error) {
  process.stderr.write(`${textOf(error, 'bergfried-host')[lang]}\n`)
  process.exitCode = error instanceof HostError && error.code === 'usage' ? 2 : 3
}
