import { PassThrough } from 'node:stream'
import type { Happening, LiveFeed } from '../../../kernel/http/live-feed.ts'

/** After so long the stream ends; whoever goes on watching connects anew, and is recognised anew. */
const LONGEST_MS = 600_000
const HEARTBEAT_MS = 15_000
/** A reader that takes so many bytes less than is told is dropped: one slow console costs nobody memory. */
const MOST_WAITING = 256 * 1024
/** What whoever may read the policy alone is told of. */
const OPEN_TO_ALL = new Set<Happening['type']>(['states', 'sealed', 'access'])

/** Happenings as server-sent events (WHATWG HTML, section 9.2). */
export function eventStream(feed: LiveFeed, everything: boolean): PassThrough {
  const stream = new PassThrough({ highWaterMark: MOST_WAITING })
  const write = (text: string) => {
    if (stream.writableLength > MOST_WAITING) stream.end()
    else if (!stream.writableEnded) stream.write(text)
  }
  const unlisten = feed.listen((happening) => {
    if (everything || OPEN_TO_ALL.has(happening.type))
      write(`event: ${happening.type}\ndata: ${JSON.stringify(happening)}\n\n`)
  })
  const heartbeat = setInterval(() => write(': still here\n\n'), HEARTBEAT_MS)
  const end = setTimeout(() => stream.end(), LONGEST_MS)
  heartbeat.unref()
  end.unref()
  const stop = () => {
    unlisten()
    clearInterval(heartbeat)
    clearTimeout(end)
  }
  stream.once('close', stop)
  stream.once('finish', stop)
  write('retry: 3000\n\n')
  return stream
}
