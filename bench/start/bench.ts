import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { median, table } from '../median.ts'

const AGAIN = 5
const FIRST = 3

interface Start {
  /** Until the server answers on its port. */
  readonly ready: number
  /** Until the policy with its verdicts is printed. */
  readonly verdicts: number
  readonly rssMiB: number
}

/** From `npm start` to the first verdicts about this machine: on an empty data folder, and on one that exists. */
export async function run(): Promise<void> {
  const first: Start[] = []
  const again: Start[] = []
  for (let i = 0; i < FIRST; i += 1) {
    const folder = await mkdtemp(join(tmpdir(), 'bergfried-start-'))
    try {
      first.push(await start(folder))
      if (i === FIRST - 1) for (let k = 0; k < AGAIN; k += 1) again.push(await start(folder))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
  const row = (name: string, runs: readonly Start[]) => [
    name,
    median(runs.map((r) => r.ready)).toFixed(2),
    median(runs.map((r) => r.verdicts)).toFixed(2),
    Math.max(...runs.map((r) => r.verdicts)).toFixed(2),
    median(runs.map((r) => r.rssMiB)).toFixed(0),
  ]
  process.stdout.write(
    `${table([
      ['npm start', 'ready s', 'first verdicts s', 'slowest s', 'server MiB'],
      row(`first start (median of ${FIRST})`, first),
      row(`later start (median of ${AGAIN})`, again),
    ])}\n`,
  )
}

async function start(folder: string): Promise<Start> {
  const began = process.hrtime.bigint()
  const seconds = () => Number(process.hrtime.bigint() - began) / 1e9
  const child = spawn('npm', ['start', '--silent'], {
    env: { ...process.env, BERGFRIED_DATA: folder, BERGFRIED_LISTEN: '127.0.0.1:0', LANG: 'en_US.UTF-8' },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  let ready = 0
  let output = ''
  const verdicts = await new Promise<number>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      if (ready === 0 && /Bergfried (is )?(listening|hört)/.test(output)) ready = seconds()
      if (/Bergfried is running: /.test(output)) resolve(seconds())
    })
    child.once('exit', (code) => reject(new Error(`npm start ended with ${code}`)))
  })
  const rssMiB = await serverMemory(child.pid ?? 0)
  child.removeAllListeners('exit')
  const gone = new Promise((resolve) => child.once('exit', resolve))
  process.kill(-(child.pid ?? 0), 'SIGINT')
  await gone
  return { ready: ready === 0 ? verdicts : ready, verdicts, rssMiB }
}

/** Resident memory of the server process: the one of the group that runs app/server.ts. */
async function serverMemory(group: number): Promise<number> {
  const { readdirSync } = await import('node:fs')
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    if (stat.split(') ')[1]?.split(' ')[2] !== String(group)) continue
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    if (!command.includes('app/server.ts') || command.includes('npm')) continue
    if (!/node(24)?\0/.test(command) || command.startsWith('sh\0')) continue
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
  }
  return Number.NaN
}
