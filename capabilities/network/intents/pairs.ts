import { PacketspaceError } from '../../../engines/packetspace/errors.ts'
import { sameMeaning } from '../../../engines/packetspace/same-meaning.ts'
import type { HostRules } from './prove.ts'

/** Two firewalls that are meant to do the same, compared by what they do. */
export interface Pair {
  readonly a: string
  readonly b: string
  readonly verdict: 'equal' | 'different' | 'undecided'
  readonly because: string | null
}

/** Compares pairs by meaning: other words for the same rules are equal, other rules in the same words are not. */
export function comparePairs(
  pairs: readonly (readonly [string, string])[],
  known: ReadonlyMap<string, HostRules>,
): readonly Pair[] {
  return pairs.map(([a, b]) => {
    const [one, other] = [known.get(a), known.get(b)]
    const missing = one === undefined ? a : other === undefined ? b : null
    if (one?.text == null || other?.text == null)
      return { a, b, verdict: 'undecided', because: `the rules of ${missing ?? a} are not known` }
    try {
      const verdict = sameMeaning({ json: one.json, text: one.text }, { json: other.json, text: other.text })
      return {
        a,
        b,
        verdict,
        because: verdict === 'undecided' ? 'the difference hangs on what cannot be evaluated' : null,
      }
    } catch (error) {
      if (!(error instanceof PacketspaceError)) throw error
      return { a, b, verdict: 'undecided', because: `${error.code}: ${error.message}`.slice(0, 500) }
    }
  })
}
