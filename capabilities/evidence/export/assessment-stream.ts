import { PassThrough, type Readable } from 'node:stream'
import { type Sink, streamSink } from './sink.ts'

/**
 * What `write` writes, as a stream that is read no faster than it is taken. Where it fails midway the stream breaks off: a
 * reader must not take a half for the whole.
 */
export function writtenStream(write: (sink: Sink) => Promise<void>, onDefect: (error: unknown) => void): Readable {
  const stream = new PassThrough()
  write(streamSink(stream)).then(
    () => stream.end(),
    (error: unknown) => {
      if (!stream.destroyed) onDefect(error)
      stream.destroy(error instanceof Error ? error : new Error(String(error)))
    },
  )
  return stream
}
