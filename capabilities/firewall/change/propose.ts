import { randomUUID } from 'node:crypto'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { DifferenceView, Propose, WhatIfView } from '../contract.ts'
import { deskOf, type FirewallDeps, poolOf } from '../desk.ts'
import { readRules, ruleSetDifference } from '../difference/rule-set-difference.ts'
import { WhatIf } from '../difference/what-if.ts'
import { recordFirewall } from '../evidence/record.ts'
import { changeText, differenceDigest } from './change-text.ts'
import { currentRules } from './current-rules.ts'

/** A change waits for approval and use at most so long. */
const WAITS_MS = 3 * 24 * 3600 * 1000
/** What was summed up of a rule set is kept for so many hosts: the last ones that somebody typed for. */
const MOST_KNOWN = 8
const known = new Map<string, WhatIf>()

/**
 * What rules would do, while they are typed: by the kernel and the engine, by what changed alone where that is enough.
 *
 * @throws {BergfriedError} `firewall.unknown_host`, `firewall.no_rehearsal`
 */
export async function whatIf(deps: FirewallDeps, host: string, rules: string): Promise<WhatIfView> {
  const desk = deskOf(deps)
  const base = await currentRules(poolOf(deps), host)
  const asked = known.get(host)?.base.digest === base.digest ? known.get(host) : undefined
  const engine = asked ?? new WhatIf(base)
  known.delete(host)
  known.set(host, engine)
  for (const [name] of known) if (known.size > MOST_KNOWN) known.delete(name)
  const watch = stopwatch(deps)
  try {
    const lines = engine.changed(rules)
    if (lines !== null) {
      const listed = await desk.rehearseAgain(lines.skeleton)
      const kernel = watch()
      const difference = engine.small(lines, listed)
      if (difference !== null) {
        return { difference, refused: null, incremental: true, milliseconds: { kernel, engine: watch() }, result: null }
      }
    }
    const wanted = await desk.rehearse(rules)
    const kernel = watch()
    const difference = ruleSetDifference(engine.rules, readRules(wanted))
    return {
      difference,
      refused: null,
      incremental: false,
      milliseconds: { kernel, engine: watch() },
      result: wanted.digest,
    }
  } catch (error) {
    if (!(error instanceof BergfriedError) || error.code !== 'firewall.rules') throw error
    const refused = String(error.detail['reason'] ?? '')
    return { difference: null, refused, incremental: false, milliseconds: { kernel: watch(), engine: 0 }, result: null }
  }
}

/**
 * Proposes other rules for a host. Nothing is changed by it.
 *
 * @throws {BergfriedError} `firewall.unknown_host`, `firewall.rules`, `firewall.nothing`, `firewall.no_rehearsal`
 */
export async function propose(
  deps: FirewallDeps,
  author: string,
  wish: Propose,
): Promise<{ readonly id: string; readonly text: string; readonly shown: DifferenceView }> {
  const { host, rules, need, probes, approvals, confirmSeconds } = wish
  const desk = deskOf(deps)
  const at = deps.clock.now()
  const pool = poolOf(deps)
  const base = await currentRules(pool, host)
  const wanted = await desk.rehearse(rules)
  if (wanted.digest === base.digest) throw new BergfriedError('firewall.nothing', {})
  const shown = ruleSetDifference(readRules(base), readRules(wanted))
  const id = randomUUID()
  const expires = new Date(at.getTime() + WAITS_MS)
  const lines = { id, author, host, base: base.digest, rules, shown, probes, approvals, confirmSeconds, expires, need }
  const text = changeText(lines)
  await pool.transaction(async (tx) => {
    await tx.query(
      `insert into firewall.change (id, host, author, need, base, rules, wanted_text, wanted_json, shown, probes, text, approvals,
         confirm_seconds, created_at, expires_at, state_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $14)`,
      [
        ...[
          id,
          host,
          author,
          need,
          base.digest,
          rules,
          wanted.text,
          JSON.stringify(wanted.json),
          JSON.stringify(shown),
        ],
        ...[JSON.stringify(probes), text, approvals, confirmSeconds, at, expires],
      ],
    )
    const difference = differenceDigest(base.digest, rules, host, shown)
    await recordFirewall(tx, at, 'proposed', author, {
      change: id,
      host,
      base: base.digest,
      difference,
      wanted: wanted.digest,
    })
  })
  desk.moved(host)
  return { id, text, shown }
}

/** Milliseconds since it was asked last. */
function stopwatch({ clock }: FirewallDeps): () => number {
  let last = clock.now().getTime()
  return () => {
    const at = clock.now().getTime()
    const passed = at - last
    last = at
    return passed
  }
}
