import type { AskKeyOrder } from '../contract.ts'

/** The text that approvers sign; the keeper reads it with code of its own: see keeper/fields/order-text.ts. */
export function orderText(order: {
  readonly id: string
  readonly wish: AskKeyOrder
  readonly requester: string
  readonly holderKey: string | null
  readonly owner: string | null
  readonly expires: Date
}): string {
  const { id, wish, requester, holderKey, owner, expires } = order
  const grant = wish.kind === 'grant' ? wish : null
  return [
    'bergfried-key-order 1',
    `id ${id}`,
    `order ${wish.kind}`,
    `key ${wish.key}`,
    `requester ${requester}`,
    `holder ${grant?.holder ?? '-'}`,
    `holder-key ${holderKey ?? '-'}`,
    `owner ${owner ?? '-'}`,
    `may ${grant === null ? '-' : ['wrap', 'unwrap'].filter((op) => grant.may.some((m) => m === op)).join(',')}`,
    `per-minute ${grant?.perMinute ?? 0}`,
    `seconds ${grant?.seconds ?? 0}`,
    'approvals 1',
    `expires ${Math.floor(expires.getTime() / 1000)}`,
    `need ${JSON.stringify(wish.need)}`,
    '',
  ].join('\n')
}
