import type { PassThrough } from 'node:stream'
import * as z from 'zod'
import { REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { eventStream } from '../live/event-stream.ts'

/** Streams of one server at the same time; more would be somebody who keeps opening them. */
const MOST_STREAMS = 500

/** GET /api/live: what happens, as it happens (server-sent events). */
export const watchLive = defineRoute((http, { live }) => {
  const open = new Set<PassThrough>()
  http.addHook('preClose', async () => {
    for (const stream of open) stream.end()
  })
  http.get(
    '/api/live',
    {
      config: { permission: 'policy' },
      schema: {
        operationId: 'watchLive',
        produces: ['text/event-stream'],
        response: { 200: z.string(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      if (open.size >= MOST_STREAMS) [...open][0]?.end()
      const stream = eventStream(live, request.may('read'))
      open.add(stream)
      const drop = () => {
        open.delete(stream)
        stream.destroy()
      }
      stream.once('close', drop)
      request.raw.once('close', drop)
      return reply
        .header('cache-control', 'no-store')
        .header('x-accel-buffering', 'no')
        .type('text/event-stream; charset=utf-8')
        .serializer((body: unknown) => body as string)
        .send(stream as never)
    },
  )
})
