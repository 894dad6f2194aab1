import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { testCheckpointSigner } from '../../../kernel/testing/test-signer.ts'
import { openPosixStore } from '../log/posix-store.ts'
import { checkLog, GROWTH } from './testing/crash-scenario.ts'

const CHILD = join(import.meta.dirname, 'testing', 'crash-child.ts')
const END = GROWTH.at(-1) ?? 0
const signer = testCheckpointSigner()

/** Runs a sealer that kills itself at a step. */
function sealUntil(folder: string, step: number, committed: number): Promise<{ killed: boolean; sizes: number[] }> {
  const child = spawn(process.execPath, [CHILD, folder, String(step), String(committed)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  let complained = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (complained += chunk.toString()))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      const sizes = said.split('\n').flatMap((line) => (/^\d+$/.test(line) ? [Number(line)] : []))
      if (signal === 'SIGKILL' || code === 0) resolve({ killed: signal === 'SIGKILL', sizes })
      else reject(new Error(complained))
    })
  })
}

/** Kills a sealer again and again, each time some steps further on, until it comes to its end. */
async function killAgainAndAgain(first: number, stride: number): Promise<number> {
  const parent = await mkdtemp(join(tmpdir(), 'bergfried-kill-'))
  const folder = join(parent, 'log')
  let [kills, acknowledged, committed] = [0, 0, 0]
  try {
    for (let step = first; ; step += stride) {
      const { killed, sizes } = await sealUntil(folder, step, committed)
      acknowledged = Math.max(acknowledged, ...sizes)
      const store = await openPosixStore(folder)
      const there = await checkLog(store, signer.verifierKey)
      await store.close()
      const memory = await readFile(join(parent, 'keeper.json'), 'utf8').catch(() => '{"size":0}')
      const signed = (JSON.parse(memory) as { size: number }).size
      expect(there).toBeGreaterThanOrEqual(acknowledged)
      expect(signed).toBeGreaterThanOrEqual(there)
      // What was signed was committed, and the database does not forget it.
      committed = Math.max(committed, signed)
      if (!killed) {
        expect(there).toBe(END)
        return kills
      }
      kills += 1
    }
  } finally {
    await rm(parent, { recursive: true, force: true })
  }
}

describe('a sealer in a process of its own', () => {
  it('that is killed -9 at one step after the other loses nothing and forks nothing', { timeout: 60_000 }, async () => {
    const kills = await Promise.all([killAgainAndAgain(0, 3), killAgainAndAgain(1, 5)])
    expect(kills[0] + kills[1]).toBeGreaterThan(20)
  })
})
