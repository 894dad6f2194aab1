import { createHash } from 'node:crypto'
import { canonicalJson, type Json } from '../../../kernel/ledger/canonical-json.ts'
import type { DifferenceView, ProbeView } from '../contract.ts'

export interface ChangeLines {
  readonly id: string
  readonly author: string
  readonly host: string
  /** Digest of the rule set that is replaced. */
  readonly base: string
  readonly rules: string
  readonly shown: DifferenceView
  readonly probes: readonly ProbeView[]
  readonly approvals: number
  readonly confirmSeconds: number
  readonly expires: Date
  readonly need: string
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The text that approvers sign; the keeper and the host read it with code of their own: see keeper/firewall/change-text.ts. */
export function changeText(change: ChangeLines): string {
  const { id, author, host, base, rules, shown, probes, approvals, confirmSeconds, expires, need } = change
  return [
    'bergfried-firewall-change 1',
    `id ${id}`,
    `author ${author}`,
    `host ${host}`,
    `base ${base}`,
    `rules ${digest(rules)}`,
    `difference ${differenceDigest(base, rules, host, shown)}`,
    `probes ${probes.length === 0 ? '-' : probesDigest(probes)}`,
    `approvals ${approvals}`,
    `confirm ${confirmSeconds}`,
    `expires ${Math.floor(expires.getTime() / 1000)}`,
    `need ${JSON.stringify(need)}`,
    '',
  ].join('\n')
}

/** Of the connections that are tried, as the host reads them. */
const probesDigest = (probes: readonly ProbeView[]): string =>
  digest(JSON.stringify(probes.map(({ from, address, port, must }) => ({ from, address, port, must }))))

/** Of what approvers are shown: what was, what will be, where, and what that does. */
export const differenceDigest = (base: string, rules: string, host: string, shown: DifferenceView): string =>
  digest(`bergfried-difference 1\n${base}\n${digest(rules)}\n${host}\n${canonicalJson(shown as Json)}\n`)
