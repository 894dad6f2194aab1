import { setTimeout as sleep } from 'node:timers/promises'
import type { AccessView, GrantView } from '../../capabilities/access/contract.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import type { World } from '../command.ts'
import type { Remote } from './call.ts'

interface Standing {
  readonly state: 'waiting' | 'approved' | 'refused' | 'withdrawn' | 'expired'
  readonly ready: boolean
  readonly over: boolean
}

const PAUSE_MS = 700

/** Waits until a request is approved and what was granted is there. @throws {BergfriedError} `access.decided` it will not be */
export async function waitForGrant(world: World, remote: Remote, id: string): Promise<void> {
  let told = ''
  for (;;) {
    const { state, ready, over } = await remote.get<Standing>(`/api/access/requests/${id}/state`)
    if (over || state === 'refused' || state === 'withdrawn' || state === 'expired') {
      throw new BergfriedError('access.decided', {})
    }
    if (ready) return
    if (state !== told) world.note(waiting(world, state, id))
    told = state
    await sleep(PAUSE_MS, undefined, { signal: world.signal })
  }
}

const waiting = ({ lang }: World, state: string, id: string): string =>
  state === 'waiting'
    ? lang === 'de'
      ? `Wartet auf Freigabe. Jemand anderes gibt frei: in der Konsole, oder bergfried approve ${id}`
      : `Waiting for approval. Somebody else approves: in the console, or bergfried approve ${id}`
    : lang === 'de'
      ? 'Freigegeben, wird eingerichtet …'
      : 'Approved, being set up …'

export interface Need {
  readonly system: string
  readonly kind: 'host' | 'postgres'
  readonly entitlement: string | undefined
  readonly seconds: number
  readonly need: string | undefined
  readonly credential: string | null
}

/**
 * A live grant on a system: one that is there, else asked for and waited for.
 *
 * @param reuse - whether one that is there will do
 */
export async function grantFor(world: World, remote: Remote, wanted: Need, reuse: boolean): Promise<GrantView> {
  const view = await remote.call<AccessView>('access')
  const there = view.grants.find(
    (g) =>
      g.person === view.me && g.system === wanted.system && (wanted.entitlement ?? g.entitlement) === g.entitlement,
  )
  if (there !== undefined && reuse) {
    if (there.appliedAt === null) await waitForGrant(world, remote, there.id)
    return there
  }
  const fitting = view.entitlements.filter((e) => e.system === wanted.system && e.kind === wanted.kind)
  const chosen = fitting.find((e) => e.name === wanted.entitlement) ?? (fitting.length === 1 ? fitting[0] : undefined)
  if (chosen === undefined) {
    const names = fitting.map((e) => e.name).join(', ')
    throw new BergfriedError('access.unknown', { what: `${wanted.system}${names === '' ? '' : ` (--as ${names})`}` })
  }
  if (wanted.need === undefined) {
    throw new BergfriedError('usage.invalid', { reason: '--need "…"' })
  }
  const body = { entitlement: chosen.name, seconds: wanted.seconds, need: wanted.need, credential: wanted.credential }
  const { id } = await remote.call<{ id: string }>('ask', body)
  await waitForGrant(world, remote, id)
  return remote.call<GrantView>('grant', { id })
}
