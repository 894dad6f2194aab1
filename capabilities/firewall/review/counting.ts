import type { Transaction } from '../../../kernel/db/database.ts'
import { listedRules } from './rule-identity.ts'

/**
 * Goes on with the windows in which rules are counted. A window goes on where it is the same rule object of the same start of the system and
 * its counter has not gone back; a reload, a start or a reset begins another one, for what was counted before is not known to be all.
 */
export async function countRules(
  tx: Transaction,
  host: string,
  { json, text }: { readonly json: unknown; readonly text: string },
  boot: string,
  at: Date,
): Promise<void> {
  const counted = listedRules(json, text).flatMap(({ identity, handle, packets }) =>
    packets === null ? [] : [{ rule: identity, handle, packets }],
  )
  if (counted.length === 0) return
  await tx.query(
    `insert into firewall.counted as c (host, rule, boot, handle, since, until, packets)
     select $1, n.rule, $3, n.handle, $4, $4, n.packets
     from jsonb_to_recordset($2::jsonb) as n(rule text, handle bigint, packets bigint)
     on conflict (host, rule) do update set
       since = case when c.boot = excluded.boot and c.handle = excluded.handle and c.packets <= excluded.packets
                 then c.since else excluded.since end,
       boot = excluded.boot, handle = excluded.handle, until = excluded.until, packets = excluded.packets`,
    [host, JSON.stringify(counted), boot, at],
  )
}
