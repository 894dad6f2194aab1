// The agent in a process of its own, so that a test can kill it: `node agent-child.ts ROOT GROUP`.
import { runAgent } from '../agent.ts'
import { layoutOf } from '../layout.ts'
import { linkTo } from '../server-link.ts'
import { readSettings } from '../settings.ts'
import { systemClock } from '../system-clock.ts'

const [root = '', managedGroup = ''] = process.argv.slice(2)
const layout = { ...layoutOf(root), commandAccount: 'nobody', managedGroup }
const settings = readSettings(layout.settings)
const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())
const note = (): void => undefined
await runAgent({ layout, settings, link: linkTo(layout, settings), clock: systemClock, signal: stop.signal, note })
