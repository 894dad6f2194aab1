import type * as z from 'zod'
import type { FirewallDesk } from '../../../kernel/act/firewall-desk.ts'
import type { ConfirmQuestion, FirewallNews, ProbeView } from '../contract.ts'
import { deskOf, type FirewallDeps, poolOf } from '../desk.ts'

const LONG_POLL_MS = 25_000
/** A list of openings counts for five minutes: hosts get another long before. */
const FRESH_MS = 120_000

interface Given {
  readonly number: number
  readonly openings: string
  readonly at: number
  readonly grants: string
}
/** By the desk whose keeper signed them. */
const given = new WeakMap<FirewallDesk, Map<string, Given>>()

/** What a host has to do, as soon as it is newer than what it knows; null: nothing for as long as it may wait. */
export async function newsFor(
  deps: FirewallDeps,
  host: string,
  after: { readonly change: number; readonly openings: number },
  signal: AbortSignal,
): Promise<FirewallNews | null> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(LONG_POLL_MS)])
  for (;;) {
    const waiting = deskOf(deps).news(host, until, LONG_POLL_MS)
    const change = await sentChange(deps, host, after.change)
    const openings = await openingsFor(deps, host)
    const news = { change, openings: openings.number > after.openings ? openings.openings : null }
    if (news.change !== null || news.openings !== null) return news
    if (until.aborted) return null
    await waiting
  }
}

async function sentChange(deps: FirewallDeps, host: string, after: number): Promise<FirewallNews['change']> {
  const [row] = await poolOf(deps).query<{ signed_order: string; rules: string; probes: ProbeView[] }>(
    `select signed_order, rules, probes from firewall.change where host = $1 and state = 'sent' and number > $2 and expires_at > $3
     order by number limit 1`,
    [host, after, deps.clock.now()],
  )
  return row === undefined ? null : { order: row.signed_order, rules: row.rules, probes: row.probes }
}

/** The keeper is asked again when the list becomes old, and when grants have changed: it says which hold. */
async function openingsFor(deps: FirewallDeps, host: string): Promise<Given> {
  const at = deps.clock.now().getTime()
  const grants = await liveGrants(deps, host)
  const desk = deskOf(deps)
  const lists = given.get(desk) ?? new Map<string, Given>()
  given.set(desk, lists)
  const last = lists.get(host)
  if (last !== undefined && at - last.at < FRESH_MS && last.grants === grants) return last
  const fresh = { ...(await desk.keeper.openings(host)), at, grants }
  lists.set(host, fresh)
  return fresh
}

async function liveGrants(deps: FirewallDeps, host: string): Promise<string> {
  const rows = await deps.database
    .stage('bf_access')
    .query<{ id: string }>(
      `select id from access."grant" where system = $1 and kind = 'network' and ended_at is null and until > $2 order by id`,
      [host, deps.clock.now()],
    )
  return rows.map(({ id }) => id).join(' ')
}

/**
 * Whether a change is confirmed: the host reached this server through its new rules, what must be possible is, and what must not be is
 * not, tried from here too.
 */
export async function confirmed(
  deps: FirewallDeps,
  host: string,
  { id, number, probes }: z.output<typeof ConfirmQuestion>,
): Promise<boolean> {
  const [row] = await poolOf(deps).query<{ probes: ProbeView[] }>(
    `select probes from firewall.change where id = $1 and host = $2 and number = $3 and state in ('sent', 'applied')`,
    [id, host, number],
  )
  if (row === undefined || probes.some(({ held }) => !held)) return false
  const own = row.probes.filter(({ from }) => from === 'server')
  const desk = deskOf(deps)
  const tried = await Promise.all(
    own.map(async ({ address, port, must }) => (await desk.connects(address, port)) === (must === 'connect')),
  )
  return tried.every((held) => held)
}
