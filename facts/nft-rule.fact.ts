import { count, defineFact, line, name, names } from './fact.ts'

export const nftRuleFact = defineFact({
  kind: 'nft_rule',
  about: 'host',
  title: { de: 'nftables-Regel', en: 'nftables rule' },
  columns: {
    family: name,
    tableName: name,
    chain: name,
    position: count,
    /**
     * What the rule does to the packet it fits: accept, drop, reject, jump:<chain>, goto:<chain>, return, queue, or none;
     * dnat, snat, masquerade, redirect, tproxy, fwd, synproxy; unknown:<json>. A verdict map is one row for each verdict.
     */
    verdict: name,
    /** Matches as text, "left op right", in order. */
    matches: names,
    /** Destination ports named by the rule, for example "tcp 22", "tcp 8000-8080"; empty where it names none. */
    ports: names,
    /** Source addresses or sets named by the rule; empty: any source. */
    sources: names,
    comment: line.nullable(),
  },
  sample: {
    family: 'inet',
    tableName: 'filter',
    chain: 'input',
    position: 1,
    verdict: 'accept',
    matches: ['tcp dport == 22'],
    ports: ['tcp 22'],
    sources: [],
    comment: null,
  },
})
