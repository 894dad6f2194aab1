import type { FactKind } from '../../../facts/kinds.ts'
import { currentRules } from '../change/current-rules.ts'
import { readHosts } from '../change/views.ts'
import { type FirewallDeps, poolOf } from '../desk.ts'
import { isExpired, isOwnerless, notesOf } from '../review/notes.ts'
import { listedRules } from '../review/rule-identity.ts'

/** What checks read of the firewalls that are changed through this product. */
export async function firewallFacts(
  deps: FirewallDeps,
): Promise<ReadonlyMap<FactKind, readonly Readonly<Record<string, unknown>>[]>> {
  const pool = poolOf(deps)
  const at = deps.clock.now()
  const rows = await Promise.all(
    (await readHosts(deps)).map(async ({ host, meaning, changedBy, reviewDue }) => {
      const { json, text } = await currentRules(pool, host)
      const notes = await notesOf(pool, host)
      const rules = listedRules(json, text).map(({ identity }) => notes.get(identity))
      const { process, pid, uid, at: when } = changedBy ?? {}
      const drifted = meaning === 'different' || meaning === 'undecided'
      return {
        ...{ host, meaning, reviewDue, rules: rules.length },
        changedBy: drifted && changedBy !== null ? `${process} ${pid}, uid ${uid ?? '?'}, ${when}` : null,
        ownerless: rules.filter((note) => isOwnerless(note)).length,
        expired: rules.filter((note) => isExpired(note, at)).length,
      }
    }),
  )
  return new Map([['controlled_firewall', rows]])
}
