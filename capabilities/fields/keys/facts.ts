import type { FactKind } from '../../../facts/kinds.ts'
import type { KeysKeeper } from '../../../kernel/act/keys-desk.ts'
import type { StagePool } from '../../../kernel/db/database.ts'
import { readKeys, readOrders } from './views.ts'

/** What checks read of keys and grants. Times of use are told by the day: a fact is not to change with every use. */
export async function keyFacts(
  pool: StagePool,
  keeper: KeysKeeper,
  at: Date,
): Promise<ReadonlyMap<FactKind, readonly Readonly<Record<string, unknown>>[]>> {
  const { keys } = await readKeys(pool, keeper, at)
  const orders = await readOrders(pool, at, null)
  const day = (instant: string | null): string | null => instant?.slice(0, 10) ?? null
  return new Map<FactKind, readonly Readonly<Record<string, unknown>>[]>([
    [
      'encryption_key',
      keys.map(({ name, state, madeAt, rotatedAt, versions, lastUse, liveGrants }) => ({
        ...{ name, state, madeAt, rotatedAt, versions, liveGrants },
        lastUseOn: day(lastUse),
      })),
    ],
    [
      'key_grant',
      orders
        .filter(({ state }) => state === 'live')
        .map((order) => ({
          number: order.id,
          key: order.key,
          holder: order.holder ?? '-',
          owner: order.owner ?? '-',
          need: order.need,
          approvedBy: order.approvedBy,
          begins: order.from,
          ends: order.until,
          lastUseOn: day(order.lastUse),
        })),
    ],
  ])
}
