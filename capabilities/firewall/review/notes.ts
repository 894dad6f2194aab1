import type { Transaction } from '../../../kernel/db/database.ts'
import type { FirewallNote } from '../contract-review.ts'
import { type FirewallDeps, poolOf } from '../desk.ts'
import { recordFirewall } from '../evidence/record.ts'

/** What is known of the rules of a host beside their comments, by their identity. */
export async function notesOf(tx: Transaction, host: string): Promise<ReadonlyMap<string, FirewallNote>> {
  const rows = await tx.query<FirewallNote & { rule: string }>(
    `select distinct on (rule) rule, owner, reason, ticket, to_char(expires_on, 'YYYY-MM-DD') as "expiresOn"
     from firewall.note where host = $1 order by rule, id desc`,
    [host],
  )
  return new Map(rows.map(({ rule, ...note }) => [rule, note]))
}

/** Writes down owner, reason, ticket and expiry of a rule. What was written before stays readable. */
export async function writeNote(
  deps: FirewallDeps,
  by: string,
  { host, rule, ...note }: FirewallNote & { readonly host: string; readonly rule: string },
): Promise<void> {
  const at = deps.clock.now()
  await poolOf(deps).transaction(async (tx) => {
    await tx.query(
      `insert into firewall.note (host, rule, owner, reason, ticket, expires_on, by, at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [host, rule, note.owner, note.reason, note.ticket, note.expiresOn, by, at],
    )
    await recordFirewall(tx, at, 'noted', by, { host, rule, expires: note.expiresOn })
  })
}

export const isOwnerless = (note: FirewallNote | undefined): boolean =>
  note === undefined || note.owner === null || note.reason === null

/** @param at - an expiry counts until the end of its day, UTC */
export const isExpired = (note: FirewallNote | undefined, at: Date): boolean =>
  note?.expiresOn !== undefined && note.expiresOn !== null && note.expiresOn < at.toISOString().slice(0, 10)
