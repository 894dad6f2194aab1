import type { Writable } from 'node:stream'

/** Where an export goes. `write` resolves when more may come: who writes waits for who reads. */
export interface Sink {
  write(bytes: Uint8Array): Promise<void>
}

/** A stream as a sink. What goes wrong with the stream is thrown at the next write. */
export function streamSink(stream: Writable): Sink {
  let failed: Error | null = null
  let ready: () => void = () => undefined
  stream.on('error', (error) => {
    failed = error
    ready()
  })
  stream.on('drain', () => ready())
  stream.on('close', () => ready())
  return {
    write: async (bytes) => {
      if (failed !== null) throw failed
      if (stream.destroyed) throw new Error('the reader went away')
      if (stream.write(bytes)) return
      await new Promise<void>((resolve) => {
        ready = resolve
      })
    },
  }
}
