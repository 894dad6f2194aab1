import { randomUUID } from 'node:crypto'
import type { BlockingConfig } from '../../../kernel/config/blocking-config.ts'
import type { StagePool } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import { type Network, networkOf, overlap } from '../decide/network.ts'
import { beginBans, endBans, standingOf } from '../store.ts'

export interface HandBan {
  readonly network: string
  readonly seconds: number
  readonly reason: string
  readonly by: string
}

/** Lengths that sets can hold without lying in each other. */
const LENGTHS = { 4: [24, 32], 6: [64, 128] } as const

/**
 * Keeps somebody out by a person's decision. The list of those who never are holds for people, too.
 *
 * @throws {BergfriedError} `blocking.network`, `blocking.never`, `blocking.off`
 */
export async function banByHand(
  pool: StagePool,
  config: BlockingConfig,
  never: readonly Network[],
  now: Date,
  { network: text, seconds, reason, by }: HandBan,
): Promise<string> {
  if (config.mode === 'off') throw new BergfriedError('blocking.off')
  const network = canonical(text)
  const spared = never.find((one) => overlap(one, network))
  if (spared !== undefined) throw new BergfriedError('blocking.never', { network: network.text, because: spared.text })
  const id = randomUUID()
  await pool.transaction(async (tx) => {
    const { before } = await standingOf(tx, now, [network.text])
    const because = { address: network.text, rule: 'hand', level: 'high', at: now, alert: null } as const
    const until = new Date(now.getTime() + seconds * 1000)
    const ban = { id, network: network.text, until, before: before.get(network.text) ?? 0, because, by, reason }
    await beginBans(tx, now, config.mode === 'armed', [ban])
  })
  return network.text
}

/** @throws {BergfriedError} `blocking.network`, `blocking.unknown` */
export async function unbanByHand(pool: StagePool, now: Date, text: string, by: string): Promise<void> {
  const { text: network } = canonical(text)
  await pool.transaction(async (tx) => {
    const rows = await tx.query<{ id: string }>(
      'select id from blocking.ban where network = $1::cidr and ended_at is null for update',
      [network],
    )
    if (rows.length === 0) throw new BergfriedError('blocking.unknown', { network })
    await endBans(
      tx,
      now,
      rows.map(({ id }) => id),
      'hand',
      by,
    )
  })
}

function canonical(text: string): Network {
  const network = networkOf(text)
  if (network === null || !(LENGTHS[network.family] as readonly number[]).includes(network.length))
    throw new BergfriedError('blocking.network', { network: text.slice(0, 60) })
  return network
}
