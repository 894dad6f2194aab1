// The agent of a Linux host, as root: `node main.ts`. Enforces until SIGTERM. See `main-enroll.ts` for how it gets there.
import { runAgent } from './agent.ts'
import { HostError, problem, type Text, textOf } from './errors.ts'
import { runFirewall } from './firewall/firewall-agent.ts'
import { firewallLinkTo } from './firewall/firewall-link.ts'
import { layoutOf } from './layout.ts'
import { linkTo, trustServer } from './server-link.ts'
import { readSettings } from './settings.ts'
import { systemClock } from './system-clock.ts'

const note = ({ en, de }: Text): void => void process.stderr.write(`${isGerman() ? de : en}\n`)
const isGerman = (): boolean => Intl.DateTimeFormat().resolvedOptions().locale.startsWith('de')

async function run(root: string): Promise<void> {
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort())
  const layout = layoutOf(root)
  const settings = readSettings(layout.settings)
  trustServer(layout, settings)
  const link = linkTo(layout, settings)
  const shared = { layout, settings, clock: systemClock, signal: stop.signal, note }
  await Promise.all([
    runAgent({ ...shared, link }),
    runFirewall({ ...shared, root, link: firewallLinkTo(layout, settings) }),
  ])
}

try {
  const [first, root = '/', ...more] = process.argv.slice(2)
  if (more.length > 0 || (first !== undefined && first !== '--root')) {
    throw problem('usage', 'bergfried-host', '[--root FOLDER]', '[--root ORDNER]')
  }
  if (process.getuid?.() !== 0) throw problem('unsafe', 'bergfried-host', 'needs root', 'braucht root')
  process.umask(0o077)
  await run(root)
} catch (error) {
  note(textOf(error, 'bergfried-host'))
  process.exitCode = error instanceof HostError && error.code === 'usage' ? 2 : 3
}
