import type { HostTransport } from '../../kernel/collect/transport.ts'
import { execProgram, parseUnit, type UnitSetting, valuesOf } from './cron-unit.ts'
import { follow } from './permissions-follow.ts'

/** An enabled timer and what it starts; arguments are dropped. */
interface TimerJob {
  readonly file: string
  readonly line: number
  readonly schedule: string
  readonly account: string
  readonly programs: readonly string[]
}

/** Where units lie, the first wins. /lib is a link to /usr/lib on most systems. */
const FOLDERS = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
]

const TIMES = ['OnCalendar', 'OnActiveSec', 'OnBootSec', 'OnStartupSec', 'OnUnitActiveSec', 'OnUnitInactiveSec']

/**
 * Reads the timers of the system that are enabled: those that a `*.wants` or `*.requires` folder names.
 *
 * Source: systemd.timer(5), systemd.service(5), systemd.unit(5). Timers of users are not looked at.
 */
export async function readTimers(transport: HostTransport): Promise<TimerJob[]> {
  const jobs: TimerJob[] = []
  for (const name of await enabledTimers(transport)) {
    const timer = await readUnit(transport, name)
    if (timer === null) continue
    const times = TIMES.flatMap((key) => valuesOf(timer.settings, 'Timer', key))
    if (times.length === 0) continue
    const named = valuesOf(timer.settings, 'Timer', 'Unit').at(-1)?.value
    const service = named ?? `${name.slice(0, -'.timer'.length)}.service`
    const unit = await readUnit(transport, service)
    const started = valuesOf(unit?.settings ?? [], 'Service', 'ExecStart').map(({ value }) => execProgram(value))
    const account = valuesOf(unit?.settings ?? [], 'Service', 'User').at(-1)?.value ?? 'root'
    const schedule = times.map(({ key, value }) => (key === 'OnCalendar' ? value : `${key}=${value}`)).join('; ')
    // Without a service to be read the timer still starts something of this name.
    for (const { program, asRoot } of started.length > 0 ? started : [{ program: service, asRoot: false }]) {
      jobs.push({
        file: timer.file,
        line: times[0]?.line ?? 0,
        schedule,
        account: asRoot ? 'root' : account,
        programs: [program],
      })
    }
  }
  return jobs
}

async function enabledTimers(transport: HostTransport): Promise<readonly string[]> {
  const names = new Set<string>()
  for (const folder of FOLDERS) {
    for (const wants of (await transport.list(folder)) ?? []) {
      if (!/\.(?:wants|requires)$/.test(wants)) continue
      for (const name of (await transport.list(`${folder}/${wants}`)) ?? [])
        if (name.endsWith('.timer')) names.add(name)
    }
  }
  return [...names].sort()
}

/** A unit with its drop-ins, or null where there is none or it is masked. */
async function readUnit(
  transport: HostTransport,
  name: string,
): Promise<{ file: string; settings: readonly UnitSetting[] } | null> {
  if (!/^[A-Za-z0-9:_.@\\-]{1,255}$/.test(name)) return null
  const template = name.replace(/@[^.]*\.(?=[a-z]+$)/, '@.')
  for (const candidate of new Set([name, template])) {
    for (const folder of FOLDERS) {
      const file = `${folder}/${candidate}`
      const found = await follow(transport, file)
      if (found === null) continue
      // A masked unit is a link to /dev/null, or an empty file.
      if (found.stat.kind !== 'file' || found.stat.size === 0) return null
      const settings = parseUnit((await transport.readFile(file)) ?? '')
      return { file, settings: [...settings, ...(await dropIns(transport, new Set([template, name])))] }
    }
  }
  return null
}

/** Files of `NAME.d` in order of their names; a folder that comes first hides a file of the same name behind it. */
async function dropIns(transport: HostTransport, names: ReadonlySet<string>): Promise<UnitSetting[]> {
  const files = new Map<string, string>()
  for (const folder of FOLDERS) {
    for (const name of names) {
      for (const file of (await transport.list(`${folder}/${name}.d`)) ?? []) {
        if (file.endsWith('.conf') && !files.has(file)) files.set(file, `${folder}/${name}.d/${file}`)
      }
    }
  }
  const settings: UnitSetting[] = []
  for (const [, path] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if ((await follow(transport, path))?.stat.kind === 'file')
      settings.push(...parseUnit((await transport.readFile(path)) ?? ''))
  }
  return settings
}
