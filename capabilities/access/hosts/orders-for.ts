import type { HostOrdersView } from '../contract-host.ts'
import type { HostDeskInput } from './host-desk-input.ts'

/** What certificates of a grant are called; the keeper writes it into them. */
export const keyIdOf = (grant: string): string => `grant:${grant}`

/** What a host goes by: the keeper's signed lists, and beside them accounts to have and sessions to end. */
export async function ordersFor(
  { pool, keeper, entitlements, clock }: HostDeskInput,
  host: string,
): Promise<HostOrdersView> {
  const at = clock.now()
  const { version, allowList, krl, krlSignature } = await keeper.hostOrders(host)
  const live = await pool.query<{ account: string; person: string; entitlement: string; until: Date }>(
    `select account, person, entitlement, until from access."grant"
     where system = $1 and kind = 'host' and ended_at is null and until > $2 order by account, until`,
    [host, at],
  )
  const ended = await pool.query<{ id: string; account: string }>(
    `select g.id, g.account from access."grant" g join access.revocation_step s on s.grant_id = g.id
     where g.system = $1 and g.kind = 'host' and s.state not in ('verified-gone', 'cannot')`,
    [host],
  )
  const accounts = new Map<string, HostOrdersView['accounts'][number]>()
  for (const grant of live) {
    const entitlement = entitlements.find((one) => one.name === grant.entitlement)
    if (entitlement === undefined) continue
    const before = accounts.get(grant.account)
    accounts.set(grant.account, {
      account: grant.account,
      fullName: grant.person,
      groups: [...new Set([...(before?.groups ?? []), ...entitlement.groups])].sort(),
      sudo: sudoOf(before?.sudo ?? null, entitlement.sudo),
      until: grant.until.toISOString(),
    })
  }
  return {
    version,
    host,
    allowList,
    krl,
    krlSignature,
    // A fixed account belongs to the host; only those that are somebody's own are made and removed.
    accounts: [...accounts.values()].filter(
      (one) => !entitlements.some((e) => e.system === host && e.account === one.account),
    ),
    end: ended.map(({ id, account }) => ({ keyId: keyIdOf(id), account })),
  }
}

const sudoOf = (a: readonly string[] | null, b: readonly string[] | null): string[] | null =>
  a === null && b === null ? null : [...new Set([...(a ?? []), ...(b ?? [])])].sort()
