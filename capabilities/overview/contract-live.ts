import * as z from 'zod'
import { Both, StateName } from './contract.ts'

const instant = z.iso.datetime()

/** GET /api/search?q (`policy`): for the command palette, at most 8 of each kind; what the caller may not read is left out. */
export const SearchView = z
  .strictObject({
    hits: z.array(
      z.strictObject({
        kind: z.enum(['control', 'system', 'finding', 'person', 'check']),
        id: z.string(),
        title: Both,
        detail: Both,
      }),
    ),
  })
  .meta({ id: 'Search' })
export type SearchView = z.infer<typeof SearchView>

/**
 * GET /api/live (`policy`): server-sent events (WHATWG HTML, section 9.2). `event:` is the type, `data:` this JSON. Without `read` only
 * `states` and `sealed` are sent. A comment line every 15 s keeps the connection open; `retry: 3000`.
 */
export const LiveEvent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('collecting'), system: z.string(), at: instant }),
  z.strictObject({
    type: z.literal('collected'),
    system: z.string(),
    at: instant,
    changed: z.int(),
    failures: z.int(),
    milliseconds: z.int(),
  }),
  z.strictObject({ type: z.literal('judged'), at: instant, opened: z.int(), closed: z.int() }),
  z.strictObject({
    type: z.literal('states'),
    at: instant,
    changed: z.array(z.strictObject({ control: z.string(), state: StateName })),
  }),
  z.strictObject({ type: z.literal('sealed'), at: instant, size: z.int() }),
  z.strictObject({ type: z.literal('access'), at: instant }),
  z.strictObject({ type: z.literal('bans'), at: instant }),
  z.strictObject({ type: z.literal('firewall'), at: instant }),
  z.strictObject({ type: z.literal('keys'), at: instant }),
  z.strictObject({
    type: z.literal('progress'),
    id: z.string(),
    title: Both,
    done: z.int(),
    total: z.int().nullable(),
    ended: z.boolean(),
  }),
])
export type LiveEvent = z.infer<typeof LiveEvent>
