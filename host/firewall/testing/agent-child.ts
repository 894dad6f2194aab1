// The firewall's part of the agent in a process of its own, so that a test can kill it: `node agent-child.ts ROOT SERVER [STEP]`. At the
// step it kills itself, as `kill -9` would.
import { existsSync } from 'node:fs'
import { parsePublicKey } from '../../../engines/sshcert/public-key.ts'
import { layoutOf } from '../../layout.ts'
import { readSettings } from '../../settings.ts'
import { systemClock } from '../../system-clock.ts'
import { ORDERS, publicLine } from '../../testing/keys.ts'
import { runFirewall } from '../firewall-agent.ts'
import { firewallLinkTo } from '../firewall-link.ts'

const [root = '', server = '', last = ''] = process.argv.slice(2)
const layout = layoutOf(root)
const { key } = parsePublicKey(publicLine(ORDERS))
const settings = existsSync(layout.settings)
  ? readSettings(layout.settings)
  : { server, host: 'gw-1', tls: null, authority: key, orders: key, graceSeconds: 0n }
const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())
await runFirewall({
  ...{ root, layout, settings, link: firewallLinkTo(layout, settings), clock: systemClock, signal: stop.signal },
  note: ({ en }) => void process.stderr.write(`${en}\n`),
  onStep: (step) => {
    process.stderr.write(`step ${step}\n`)
    if (step === last) process.kill(process.pid, 'SIGKILL')
  },
})
