import type { KernelBlocks } from '../../../kernel/act/blocks.ts'
import type { StagePool } from '../../../kernel/db/database.ts'
import { contains, type Network, networkOf, overlap } from '../decide/network.ts'
import { endBans, liveBans } from '../store.ts'

export interface Reconciled {
  /** Bans that are live by the ledger. */
  readonly decided: number
  /** Those of them that the kernel had, after everything was put right. */
  readonly enforced: number
  /** What was in our sets without being in the ledger: taken out. */
  readonly foreign: number
  /** What the kernel had lost and has again. */
  readonly lost: number
  readonly refused: number | null
}

/** A kernel's timer and ours may differ by so much before it is set anew. */
const SLACK_SECONDS = 5

/**
 * Makes the kernel say what the ledger says, and reads it back: what is missing is added, what is foreign goes, who must never be kept out
 * is let go. What counts is what the kernel lists afterwards.
 *
 * @throws {BergfriedError} `blocking.kernel`
 */
export async function reconcile(
  pool: StagePool,
  kernel: KernelBlocks,
  never: readonly Network[],
  now: Date,
): Promise<Reconciled> {
  const due = await pool.query<{ id: string }>('select id from blocking.ban where ended_at is null and until <= $1', [
    now,
  ])
  const ids = due.map(({ id }) => id)
  if (ids.length > 0) await pool.transaction((tx) => endBans(tx, now, ids, 'time'))
  let live = await liveBans(pool, true)
  const spared = live.filter(({ network }) => {
    const banned = networkOf(network)
    return banned === null || never.some((one) => overlap(one, banned))
  })
  if (spared.length > 0) {
    const gone = spared.map(({ id }) => id)
    await pool.transaction((tx) => endBans(tx, now, gone, 'never'))
    live = live.filter((ban) => !spared.includes(ban))
  }
  const had = await kernel.list()
  const wanted = new Map(live.map((ban) => [ban.network, ban.until]))
  const foreign = [...(had ?? new Map<string, number>()).keys()].filter((network) => !wanted.has(network))
  const missing = live.filter(({ network, until }) => {
    const left = had?.get(network)
    return left === undefined || Math.abs(left - (until.getTime() - now.getTime()) / 1000) > SLACK_SECONDS
  })
  const stale = missing.flatMap(({ network }) => (had?.has(network) === true ? [network] : []))
  const least = outermost(never)
  await kernel.put(least, missing, [...foreign, ...stale], now)
  const has = (await kernel.list()) ?? new Map<string, number>()
  return {
    decided: live.length,
    enforced: live.filter(({ network }) => has.has(network)).length,
    foreign: foreign.length,
    lost: had === null ? 0 : missing.length - stale.length,
    refused: await kernel.refused(),
  }
}

/** Without those that lie in others. */
const outermost = (all: readonly Network[]): readonly string[] =>
  [...new Map(all.map((one) => [one.text, one] as const)).values()]
    .filter((one, _, list) => !list.some((other) => other !== one && contains(other, one)))
    .map(({ text }) => text)
