import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { writtenStream } from './assessment-stream.ts'

const never = () => {
  throw new Error('no defect was expected')
}

describe('a written stream', () => {
  it('waits for whoever reads it', async () => {
    let written = 0
    const stream = writtenStream(async (sink) => {
      for (; written < 100; written++) await sink.write(new Uint8Array(16_384))
    }, never)
    await sleep(20)
    expect(written).toBeLessThan(10)
    let bytes = 0
    for await (const part of stream) bytes += (part as Buffer).length
    expect([written, bytes]).toEqual([100, 100 * 16_384])
  })

  it('breaks off where writing fails, and tells of it once', async () => {
    const told: unknown[] = []
    const stream = writtenStream(
      async (sink) => {
        await sink.write(Buffer.from('half'))
        throw new Error('gone')
      },
      (error) => told.push(error),
    )
    await expect(stream.toArray()).rejects.toThrow('gone')
    expect(told).toHaveLength(1)
  })

  it('stops writing where the reader goes away', async () => {
    let ended: unknown
    const work = Promise.withResolvers<void>()
    const stream = writtenStream(async (sink) => {
      try {
        for (;;) await sink.write(new Uint8Array(16_384))
      } catch (error) {
        ended = error
        work.resolve()
        throw error
      }
    }, never)
    await sleep(5)
    stream.destroy()
    await work.promise
    expect(ended).toBeInstanceOf(Error)
  })
})
