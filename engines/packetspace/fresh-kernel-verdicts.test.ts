import { randomInt } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { compareWithKernel } from './testing/kernel-comparison.ts'

const PACKETS = 20_000

describe('rule sets that nobody has seen before', () => {
  beforeEach(({ skip }) => skip(process.getuid?.() !== 0, 'needs root'))

  it('20,000 packets get from the kernel the verdict of the interpreter and of the sets', async () => {
    const seed = randomInt(2 ** 32)
    const { disagreements, ...counts } = await compareWithKernel(seed, PACKETS)
    process.stdout.write(`packetspace beside the kernel: seed ${seed}, ${JSON.stringify(counts)}\n`)
    expect(disagreements.slice(0, 2), `seed ${seed}`).toEqual([])
    expect(counts.packets).toBeGreaterThanOrEqual(PACKETS)
    // Both verdicts and address translation occur; otherwise nothing was compared.
    expect(counts.passed).toBeGreaterThan(PACKETS / 20)
    expect(counts.passed).toBeLessThan(PACKETS * 0.95)
    expect(counts.translated).toBeGreaterThan(0)
  }, 120_000)
})
