import { randomUUID } from 'node:crypto'
import type { SignedApproval } from '../../../kernel/act/access-desk.ts'
import type { Transaction } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import { unwantedAmong } from '../../access/contract-unwanted.ts'
import type { AskKeyOrder } from '../contract.ts'
import { deskOf, type KeysDeps, poolOf } from '../desk.ts'
import { recordKey } from '../evidence/record.ts'
import { orderText } from './order-text.ts'

/** An order waits for approval at most so long. */
const WAITS_MS = 24 * 3600 * 1000

/**
 * Asks for a grant, or for something that nobody does alone. Nothing happens by it.
 *
 * @throws {BergfriedError} `keys.unknown`, `keys.owner_gone`, `keys.off`
 */
export async function askForOrder(
  deps: KeysDeps,
  requester: string,
  wish: AskKeyOrder,
): Promise<{ readonly id: string; readonly text: string }> {
  const { keeper, moved } = deskOf(deps)
  if (!(await keeper.list()).keys.some(({ name }) => name === wish.key))
    throw new BergfriedError('keys.unknown', { what: wish.key })
  const at = deps.clock.now()
  const id = randomUUID()
  const expires = new Date(at.getTime() + WAITS_MS)
  const named = wish.kind === 'grant' ? wish.holder : null
  const text = await poolOf(deps).transaction(async (tx) => {
    const [holder] =
      named === null
        ? []
        : await tx.query<{ publicKey: string; owner: string }>(
            'select public_key as "publicKey", owner from keys.holder where name = $1',
            [named],
          )
    if (named !== null && holder === undefined) throw new BergfriedError('keys.unknown', { what: named })
    const owner = holder?.owner ?? null
    if (owner !== null && (await unwantedAmong(deps.database, [owner])).length > 0)
      throw new BergfriedError('keys.owner_gone', { owner })
    const written = orderText({ id, wish, requester, holderKey: holder?.publicKey ?? null, owner, expires })
    await tx.query(
      `insert into keys.key_order (id, kind, key, requester, holder, owner, may, need, text, approvals, created_at, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $11)`,
      [
        id,
        wish.kind,
        wish.key,
        requester,
        named,
        owner,
        wish.kind === 'grant' ? wish.may : [],
        wish.need,
        written,
        at,
        expires,
      ],
    )
    await recordKey(tx, at, 'asked', requester, { order: id, kind: wish.kind, key: wish.key, holder: named })
    return written
  })
  moved()
  return { id, text }
}

interface Held {
  readonly kind: 'grant' | 'enable' | 'shred'
  readonly key: string
  readonly holder: string | null
  readonly requester: string
  readonly owner: string | null
  readonly text: string
  readonly open: boolean
}

async function held(tx: Transaction, id: string, at: Date): Promise<Held> {
  const [row] = await tx.query<Held>(
    `select kind, key, holder, requester, owner, text, refused_at is null and from_at is null and expires_at > $2 as open
     from keys.key_order where id = $1 for update`,
    [id, at],
  )
  if (row === undefined) throw new BergfriedError('http.not_found', { what: `order ${id}` })
  if (!row.open) throw new BergfriedError('keys.decided', {})
  return row
}

const DONE = { grant: 'granted', enable: 'enabled', shred: 'shredded' } as const

/**
 * Takes a signature over an order. With the last one that is needed the keeper carries it out: what is counted here is for the reader.
 *
 * @returns whether it was carried out
 * @throws {BergfriedError} `keys.own`, `keys.decided`, `keys.owner_gone`, `keeper.refused`
 */
export async function approveOrder(deps: KeysDeps, id: string, approval: SignedApproval): Promise<boolean> {
  const { keeper, moved } = deskOf(deps)
  const at = deps.clock.now()
  const done = await poolOf(deps).transaction(async (tx) => {
    const order = await held(tx, id, at)
    const { kind, key, holder, owner, requester } = order
    if ([requester, owner].includes(approval.person)) throw new BergfriedError('keys.own', {})
    if (owner !== null && (await unwantedAmong(deps.database, [owner])).length > 0)
      throw new BergfriedError('keys.owner_gone', { owner })
    const before = await tx.query<{ approval: SignedApproval }>(
      'select approval from keys.approval where order_id = $1 and person <> $2',
      [id, approval.person],
    )
    const approvals = [...before.map((row) => row.approval), approval]
    const carried = await keeper.order(order.text, approvals).catch((error: unknown) => {
      // It holds, and others have to follow.
      if (error instanceof BergfriedError && error.code === 'keeper.refused' && error.detail['kind'] === 'few')
        return null
      throw error
    })
    await tx.query(
      'insert into keys.approval (order_id, person, approval, at) values ($1, $2, $3, $4) on conflict do nothing',
      [id, approval.person, JSON.stringify(approval), at],
    )
    const clear = { order: id, kind, key, holder }
    await recordKey(tx, at, 'approved', approval.person, clear)
    if (carried === null) return false
    const [from, until] = [new Date(carried.from * 1000), new Date(carried.until * 1000)]
    await tx.query('update keys.key_order set from_at = $2, until = $3 where id = $1', [id, from, until])
    await recordKey(tx, at, DONE[kind], requester, { ...clear, until: kind === 'grant' ? until.toISOString() : null })
    return true
  })
  moved()
  return done
}

/** Refuses for good, or takes the own one back. @throws {BergfriedError} `keys.decided` */
export async function refuseOrder(deps: KeysDeps, id: string, person: string): Promise<void> {
  const { moved } = deskOf(deps)
  const at = deps.clock.now()
  await poolOf(deps).transaction(async (tx) => {
    const { kind, key, holder } = await held(tx, id, at)
    await tx.query('update keys.key_order set refused_at = $2 where id = $1', [id, at])
    await recordKey(tx, at, 'refused', person, { order: id, kind, key, holder })
  })
  moved()
}
