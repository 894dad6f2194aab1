import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startProcess } from '../../app/testing/server-process.ts'
import { table } from '../median.ts'
import { atRate } from './at-rate.ts'
import { inChromium } from './in-chromium.ts'

const RATE = 500
const SECONDS = 10

/**
 * The trust page of a real server: how long a browser takes to verify what it shows, without the network, and how long
 * readers wait for it at 500 requests per second.
 */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bergfried-bench-'))
  const server = startProcess('app/server.ts', { BERGFRIED_DATA: folder, BERGFRIED_LISTEN: '127.0.0.1:0' })
  try {
    const [, origin = ''] = await server.until(/Bergfried is running: (http:\S+)/)
    await sealed(origin)
    process.stdout.write(
      `${table([
        ['verified in Chromium', 'first ms', 'p50 ms', 'p95 ms', 'max ms'],
        ...(await inChromium(origin)).map(({ name, times }) => row(name, [times[0] ?? Number.NaN], times)),
      ])}\n\n`,
    )
    const rows = [[`${RATE} requests/s for ${SECONDS} s`, 'sent', 'p50 ms', 'p95 ms', 'p99 ms', 'max ms']]
    for (const path of ['/log/checkpoint', '/trust/de', '/trust.json']) {
      const times = await atRate(origin, path, RATE, SECONDS)
      const at = (q: number): string =>
        (times[Math.min(times.length - 1, Math.floor(times.length * q))] ?? 0).toFixed(2)
      rows.push([path, String(times.length), at(0.5), at(0.95), at(0.99), at(1)])
    }
    process.stdout.write(`${table(rows)}\n`)
  } finally {
    server.child.kill('SIGTERM')
    await server.ended
    await rm(folder, { recursive: true, force: true })
  }
}

function row(name: string, first: readonly number[], times: readonly number[]): string[] {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN
  return [name, ...[...first, at(0.5), at(0.95), at(1)].map((ms) => ms.toFixed(2))]
}

/** Waits for the first sealed statement. */
async function sealed(origin: string): Promise<void> {
  for (let i = 0; i < 100; i++) {
    const answer = await fetch(`${origin}/trust.json`)
    const { evidence } = (await answer.json()) as { evidence: { statements: unknown[] } | null }
    if ((evidence?.statements.length ?? 0) > 0) return
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
  throw new Error('no statement was sealed within 30 s')
}
