import { expect, it } from 'vitest'
import { LiveFeed } from '../../../kernel/http/live-feed.ts'
import { eventStream } from './event-stream.ts'

const at = new Date('2026-11-01T00:00:00Z')

it('frames each happening as an event that a browser takes apart', () => {
  const feed = new LiveFeed()
  const stream = eventStream(feed, true)
  feed.tell({ type: 'judged', at, opened: 1, closed: 2 })
  const text = String(stream.read())
  expect(text).toBe(
    'retry: 3000\n\nevent: judged\ndata: {"type":"judged","at":"2026-11-01T00:00:00.000Z","opened":1,"closed":2}\n\n',
  )
  stream.destroy()
})

it('tells whoever may read the policy alone of states, and of no system', () => {
  const feed = new LiveFeed()
  const stream = eventStream(feed, false)
  feed.tell({ type: 'collecting', system: 'secret-host', at })
  feed.tell({ type: 'sealed', at, size: 9 })
  const text = String(stream.read())
  expect(text).not.toContain('secret-host')
  expect(text).toContain('event: sealed')
  stream.destroy()
})

it('drops a reader that takes nothing, and stops listening for it', async () => {
  const feed = new LiveFeed()
  const stream = eventStream(feed, true)
  expect(feed.listeners).toBe(1)
  for (let i = 0; i < 20_000; i++) feed.tell({ type: 'judged', at, opened: i, closed: 0 })
  stream.resume()
  await new Promise((resolve) => stream.once('close', resolve))
  expect(feed.listeners).toBe(0)
})

it('stops listening when the reader goes', async () => {
  const feed = new LiveFeed()
  const stream = eventStream(feed, true)
  stream.destroy()
  await new Promise((resolve) => setImmediate(resolve))
  expect(feed.listeners).toBe(0)
})
