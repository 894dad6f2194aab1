import { difference } from '../../../engines/packetspace/difference.ts'
import { PacketspaceError } from '../../../engines/packetspace/errors.ts'
import { formatBox } from '../../../engines/packetspace/format-box.ts'
import { interfacesOf, PacketSpace } from '../../../engines/packetspace/packet-fields.ts'
import { sameMeaning } from '../../../engines/packetspace/same-meaning.ts'
import type { HostRules } from './prove.ts'

/** Two firewalls that are meant to do the same, compared by what they do. */
export interface Pair {
  readonly a: string
  readonly b: string
  readonly verdict: 'equal' | 'different' | 'undecided'
  /** Of a difference: packets that one of both lets through alone, as boxes. */
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
        because:
          verdict === 'undecided'
            ? 'the difference hangs on what cannot be evaluated'
            : verdict === 'different'
              ? boxes(one, other).slice(0, 500) || null
              : null,
      }
    } catch (error) {
      if (!(error instanceof PacketspaceError)) throw error
      return { a, b, verdict: 'undecided', because: `${error.code}: ${error.message}`.slice(0, 500) }
    }
  })
}

const HOOKS = ['input', 'forward', 'output', 'prerouting', 'postrouting', 'ingress'] as const
const BUDGET = 4_000_000
const SHOWN = 3

/** What passes one of two firewalls alone, hook by hook. @throws PacketspaceError `budget` */
function boxes(one: HostRules, other: HostRules): string {
  const lines = (['ip4', 'ip6'] as const).flatMap((family) => {
    const space = new PacketSpace(family, interfacesOf(one.rules, other.rules), BUDGET)
    return HOOKS.flatMap((hook) => {
      const { opened, closed } = difference(space, one.rules, other.rules, hook)
      return [[one.host, closed] as const, [other.host, opened] as const].flatMap(([host, { boxes: of }]) =>
        of.boxes.slice(0, SHOWN).map((box) => `${host} alone, ${family} ${hook}: ${formatBox(space, box)}`),
      )
    })
  })
  return lines.join('; ')
}
