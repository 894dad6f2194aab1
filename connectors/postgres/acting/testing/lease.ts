import type { Actor, Lease } from '../../../../kernel/act/actor.ts'
import { orderFor } from './cluster.ts'

export const NEVER = new AbortController().signal

/** A fresh grant of anna's, made. */
export async function leased(actor: Actor, level: string): Promise<Lease> {
  const order = orderFor(level)
  return { ...order, ...(await actor.apply(order, NEVER)) }
}
