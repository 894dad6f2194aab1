// Takes a change of the firewall back unless it is confirmed in time: `node main-watchdog.ts ROOT ID`. A process of its own, that
// outlives the agent. Says `armed` once it has read all that it needs; from then on it needs neither the disk nor the server.
import { spawnSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { layoutOf } from '../layout.ts'
import { readTrusted } from '../trusted-file.ts'
import { firewallLayoutOf } from './firewall-layout.ts'
import { monotonicMs } from './monotonic.ts'
import { MOST_RULES_CHARACTERS } from './nft.ts'
import { moveOn, readPending } from './pending.ts'

const LOOK_MS = 100
const AGAIN_MS = 500
const NFT_MS = 60_000

async function watch(root: string, id: string): Promise<number> {
  const paths = firewallLayoutOf(root, layoutOf(root))
  const pending = readPending(paths.pending)
  const before = readTrusted(paths.before, MOST_RULES_CHARACTERS * 2, 0, 0o077).toString('utf8')
  if (pending?.id !== id || hash('sha256', before, 'hex') !== pending.before) return 2
  const until = monotonicMs() + pending.confirm * 1000
  process.stdout.write('armed\n')
  while (monotonicMs() < until) {
    await sleep(LOOK_MS)
    // Confirmed, or taken back by the agent.
    if (!existsSync(paths.pending) || readPending(paths.pending)?.id !== id) return 0
  }
  if (!(await moveOn(paths.pending, paths.rollingBack))) return 0
  const options = {
    input: before,
    timeout: NFT_MS,
    cwd: '/',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', TZ: 'UTC' },
  }
  while (spawnSync('nft', ['-f', '-'], options).status !== 0) await sleep(AGAIN_MS)
  await moveOn(paths.rollingBack, paths.rolledBack)
  return 0
}

// Its reader may be gone, and nobody asks it to end early.
process.stdout.on('error', () => undefined)
for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(name, () => undefined)
const [root = '', id = ''] = process.argv.slice(2)
process.exitCode = await watch(root, id).catch(() => 3)
