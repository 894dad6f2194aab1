import { expect, it } from 'vitest'
import { parseCheckpoint } from '../engines/tlog/checkpoint.ts'
import { parseNote, parseVerifierKey } from '../engines/tlog/note.ts'
import { verifiedBy } from '../engines/tlog/verify-note.ts'
import { makeWitness, type SpawnedWitness, submit } from './testing/spawn-witness.ts'
import { TestLog } from './testing/test-log.ts'

const KILLS = 100

it('killed a hundred times amid requests of two histories, it never confirms both and never goes back', {
  timeout: 240_000,
}, async () => {
  const root = new TestLog('log.example.org/a').grow(3)
  const home = await makeWitness('witness.example.org/w1', root.verifierKey)
  const key = parseVerifierKey(home.verifierKey)
  /** Roots that were confirmed, by size. */
  const confirmed = new Map<number, string>()
  let largest = 0
  const accept = async (log: TestLog, answer: { status: number; text: string }) => {
    if (answer.status === 409) expect(Number(answer.text)).toBeGreaterThanOrEqual(largest)
    if (answer.status !== 200) return
    const note = parseNote(`${await log.note()}${answer.text}`)
    expect(await verifiedBy(note, [key])).toHaveLength(1)
    const { size, root: hash } = parseCheckpoint(note.text)
    const text = Buffer.from(hash).toString('hex')
    expect(confirmed.get(size) ?? text).toBe(text)
    confirmed.set(size, text)
    expect(size).toBeGreaterThanOrEqual(largest)
    largest = size
  }

  const histories = [root.copy().grow(1, 'one'), root.copy().grow(1, 'other')] as const
  /** Asks from where the witness stands, in turns for both histories, until it is killed. */
  const press = async (witness: SpawnedWitness, kill: () => void, asks: number) => {
    for (let ask = 0; ; ask++) {
      const log = histories[ask % 2] ?? root
      if (ask === asks) kill()
      log.grow(1, ask % 2 === 0 ? 'one' : 'other')
      const [from] = [...confirmed.keys()].slice(-1)
      const old = await submit(witness.url, await log.request(Math.min(from ?? 0, log.size))).catch(() => null)
      if (old === null) return
      await accept(log, old)
      if (old.status !== 409 || Number(old.text) > log.size) continue
      const again = await submit(witness.url, await log.request(Number(old.text))).catch(() => null)
      if (again === null) return
      await accept(log, again)
    }
  }

  try {
    for (let n = 0; n < KILLS; n++) {
      const witness = await home.run()
      let gone: Promise<unknown> = Promise.resolve()
      // A different moment at each turn: after so many answers, and in the middle of the next request.
      const kill = () => setTimeout(() => (gone = witness.end('SIGKILL')), n % 4)
      await press(witness, kill, 1 + (n % 5))
      await gone
      await witness.end('SIGKILL')
    }
    expect(confirmed.size).toBeGreaterThan(KILLS / 2)
  } finally {
    await home.remove()
  }
})
