import * as z from 'zod'
import { STATES } from '../../kernel/check/roll-up.ts'

/** Shapes of the answers; the console's client is made from them. */
export const BothLanguages = z.strictObject({ de: z.string(), en: z.string() }).meta({ id: 'Text' })

export const StateView = z.enum(STATES).meta({ id: 'State' })

export const CountsView = z
  .strictObject({
    ok: z.int(),
    alarm: z.int(),
    error: z.int(),
    stale: z.int(),
    info: z.int(),
    skip: z.int(),
    excepted: z.int(),
  })
  .meta({ id: 'Counts' })

export const ControlView = z
  .strictObject({
    id: z.string(),
    chapter: z.string(),
    claim: BothLanguages,
    owner: z.string(),
    references: z.record(z.string(), z.array(z.string())),
    public: z.boolean(),
    state: StateView,
    counts: CountsView,
    population: z.int().describe('Rows of all its checks: what the sentence speaks of.'),
    measuredAt: z.iso.datetime().nullable().describe('The oldest reading that the state rests on.'),
    attestations: z.array(z.strictObject({ id: z.string(), standing: z.enum(['valid', 'expired', 'missing']) })),
    checks: z.array(
      z.strictObject({
        id: z.string(),
        title: BothLanguages,
        severity: z.enum(['low', 'medium', 'high', 'critical']),
        state: StateView.nullable().describe('Null: no system of its kind is registered.'),
        counts: CountsView,
        systems: z.int(),
        judged: z.int(),
      }),
    ),
  })
  .meta({ id: 'Control' })

export const RowView = z
  .strictObject({
    id: z.int(),
    check: z.string(),
    system: z.string(),
    resource: z.string(),
    status: z.enum(['alarm', 'error', 'stale', 'info', 'skip', 'ok', 'excepted']),
    reason: z.string(),
    text: BothLanguages,
    remedy: BothLanguages,
    read: z.record(z.string(), z.unknown()).nullable().describe('What exactly was read.'),
    since: z.iso.datetime(),
    until: z.iso.datetime().nullable(),
    exception: z.strictObject({ id: z.int(), owner: z.string(), reason: z.string(), until: z.string() }).nullable(),
  })
  .meta({ id: 'Row' })

export const page = {
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0).describe('Last id of the page before.'),
}

export const atInstant = z.iso
  .datetime({ offset: true })
  .optional()
  .describe('As it stood at this instant; default now.')
