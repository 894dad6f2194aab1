import type { KeysDesk } from '../../../kernel/act/keys-desk.ts'
import type { StagePool } from '../../../kernel/db/database.ts'
import type { KeyOrderView, KeysView, KeyView } from '../contract.ts'
import { type KeysDeps, poolOf } from '../desk.ts'

interface UsedRow {
  readonly key: string
  readonly uses: number
  readonly refused: number
  readonly lastUse: Date | null
}

const iso = (at: Date | null): string | null => at?.toISOString() ?? null
const unix = (seconds: number): string => new Date(seconds * 1000).toISOString()

/** All keys with their use. @throws {BergfriedError} `keeper.unreachable`, `keeper.refused` */
export async function readKeys(
  pool: StagePool,
  keeper: KeysDesk['keeper'],
  at: Date,
): Promise<{ readonly keeperKey: string; readonly keys: readonly KeyView[] }> {
  const { publicKey, keys } = await keeper.list()
  const used = await pool.query<UsedRow>(
    `select key, coalesce(sum(count) filter (where outcome = 'done'), 0)::float8 as uses,
       coalesce(sum(count) filter (where outcome <> 'done'), 0)::float8 as refused,
       max(last_at) filter (where outcome = 'done') as "lastUse" from keys.use group by key`,
  )
  const live = await pool.query<{ key: string; grants: number }>(
    `select key, count(*)::float8 as grants from keys.key_order
     where kind = 'grant' and from_at is not null and ended_at is null and until > $1 group by key`,
    [at],
  )
  return {
    keeperKey: publicKey,
    keys: keys.map(({ name, state, madeAt, endedAt, versions }) => {
      const use = used.find(({ key }) => key === name)
      return {
        name,
        state,
        madeAt: unix(madeAt),
        rotatedAt: unix(versions.at(-1)?.madeAt ?? madeAt),
        endedAt: endedAt === null ? null : unix(endedAt),
        versions: versions.at(-1)?.version ?? 0,
        uses: use?.uses ?? 0,
        refused: use?.refused ?? 0,
        lastUse: iso(use?.lastUse ?? null),
        liveGrants: live.find(({ key }) => key === name)?.grants ?? 0,
      }
    }),
  }
}

const ORDERS = `
  select o.id, o.kind, o.key, o.requester, o.holder, o.owner, o.may, o.need, o.text, o.approvals,
    o.created_at as "createdAt", o.from_at as "from", o.until, o.ended_at as "endedAt", o.end_reason as "endReason",
    array(select a.person from keys.approval a where a.order_id = o.id order by a.at) as "approvedBy",
    case when o.refused_at is not null then 'refused'
      when o.from_at is null then case when o.expires_at > $1 then 'open' else 'expired' end
      when o.kind <> 'grant' then 'done' when o.ended_at is null and o.until > $1 then 'live' else 'over' end as state,
    coalesce(u.uses, 0)::float8 as uses, u.last_use as "lastUse"
  from keys.key_order o
  left join lateral (select sum(count) filter (where outcome = 'done') as uses, max(last_at) filter (where outcome = 'done') as last_use
    from keys.use where grant_id = o.id) u on true`

type OrderRow = Omit<KeyOrderView, 'createdAt' | 'from' | 'until' | 'endedAt' | 'lastUse' | 'own'> & {
  readonly createdAt: Date
  readonly from: Date | null
  readonly until: Date | null
  readonly endedAt: Date | null
  readonly lastUse: Date | null
}

export async function readOrders(
  pool: StagePool,
  at: Date,
  person: string | null,
  id: string | null = null,
): Promise<readonly KeyOrderView[]> {
  const rows = await pool.query<OrderRow>(
    `${ORDERS} where ($2::uuid is null or o.id = $2) order by o.created_at desc limit 500`,
    [at, id],
  )
  return rows.map((row) => ({
    ...row,
    createdAt: row.createdAt.toISOString(),
    from: iso(row.from),
    until: iso(row.until),
    endedAt: iso(row.endedAt),
    lastUse: iso(row.lastUse),
    own: person !== null && [row.requester, row.owner].includes(person),
  }))
}

/** Everything that the page shows. The keeper's silence is said, and nothing in its place. */
export async function readKeysView(deps: KeysDeps, person: string | null): Promise<Omit<KeysView, 'credentials'>> {
  const pool = poolOf(deps)
  const at = deps.clock.now()
  const kept = deps.keys === null ? null : await readKeys(pool, deps.keys.keeper, at).catch(() => null)
  const holders = await pool.query<{ name: string; owner: string; enrolledAt: Date }>(
    'select name, owner, enrolled_at as "enrolledAt" from keys.holder order by name limit 1000',
  )
  return {
    acts: kept !== null,
    keeperKey: kept?.keeperKey ?? null,
    keys: [...(kept?.keys ?? [])],
    orders: [...(await readOrders(pool, at, person))],
    holders: holders.map((row) => ({ ...row, enrolledAt: row.enrolledAt.toISOString() })),
  }
}
