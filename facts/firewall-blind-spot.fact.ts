import * as z from 'zod'
import { count, defineFact, line, name } from './fact.ts'

/** What a proof on the rules of a host does not see or cannot evaluate; `none`: everything was read and evaluated. */
export const firewallBlindSpotFact = defineFact({
  kind: 'firewall_blind_spot',
  about: 'product',
  title: { de: 'Blinder Fleck einer Firewall', en: 'Blind spot of a firewall' },
  columns: {
    host: name,
    spot: z.enum([
      'none',
      'unmanaged-host',
      'one-family',
      'nat-around-input',
      'opaque-match',
      'stateful-match',
      'unknown-verdict',
      'dynamic-set',
      'mangled-field',
      'dormant-table',
      'unread-family',
      'nat-without-conntrack',
      'nexthdr',
      'interface-index',
      'flowtable',
      'unknown-object',
      'skipped-table',
    ]),
    places: count,
    /** The first place with its text; null for `none`. */
    example: line.nullable(),
  },
  sample: { host: 'db-1', spot: 'none', places: 0, example: null },
})
