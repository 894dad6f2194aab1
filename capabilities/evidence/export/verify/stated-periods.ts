import { createHash } from 'node:crypto'
import * as z from 'zod'
import { canonicalJson } from '../../../../kernel/ledger/canonical-json.ts'
import type { Opening, PeriodLine } from '../pack/pack-format.ts'
import { failed } from './failed.ts'

const Told = z.object({
  system: z.string(),
  began: z.string(),
  kinds: z.record(z.string(), z.object({ digest: z.string(), rows: z.int() })),
})

interface Running {
  period: PeriodLine
  /** Chained digest of the periods that are over. */
  chain: string
}

/**
 * The populations that the opened collections state, as periods of equal ones, and in place of the periods a digest over
 * them per kind and system: so that a list of periods in another order can be compared without keeping it.
 */
export class StatedPeriods {
  readonly #kinds: ReadonlySet<string>
  readonly #running = new Map<string, Running>()

  constructor(kinds: ReadonlySet<string>) {
    this.#kinds = kinds
  }

  /** Takes in an opened entry of kind `collection`, by position. */
  add(opening: Opening): void {
    const parsed = Told.safeParse(JSON.parse(opening.body))
    if (!parsed.success)
      throw failed(`entry ${opening.position} is no collection`, `der Eintrag ${opening.position} ist keine Lesung`)
    const { system, began, kinds } = parsed.data
    const reading = { began, position: opening.position }
    for (const [kind, { digest, rows }] of Object.entries(kinds)) {
      if (!this.#kinds.has(kind)) continue
      const key = `${kind} ${system}`
      const known = this.#running.get(key)
      if (known?.period.digest === digest && known.period.rows === rows) {
        known.period = { ...known.period, collections: known.period.collections + 1, last: reading }
        continue
      }
      this.#running.set(key, {
        period: { system, digest, rows, collections: 1, first: reading, last: reading },
        chain: known === undefined ? '' : chained(known.chain, known.period),
      })
    }
  }

  /** The digest over the periods of one kind and system, which is then done with. Null where no collection states any. */
  take(kind: string, system: string): string | null {
    const key = `${kind} ${system}`
    const known = this.#running.get(key)
    this.#running.delete(key)
    return known === undefined ? null : chained(known.chain, known.period)
  }

  /** How many pairs of kind and system were stated and not yet taken. */
  get left(): number {
    return this.#running.size
  }
}

/** The digest over periods, with one more at the end. */
export const chained = (chain: string, period: PeriodLine): string =>
  createHash('sha256')
    .update(`${chain}\n${canonicalJson(period)}`)
    .digest('hex')
