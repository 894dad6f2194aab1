import { nftDigest } from '../../../engines/packetspace/canonical-nft.ts'
import type { Transaction } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import { setState } from '../change/decide.ts'
import type { ChangeState, FirewallReport } from '../contract.ts'
import { deskOf, type FirewallDeps, poolOf } from '../desk.ts'
import { recordFirewall } from '../evidence/record.ts'
import { countRules } from '../review/counting.ts'

/** A change only goes on this way. */
const FROM: Readonly<Record<FirewallReport['events'][number]['state'], readonly ChangeState[]>> = {
  applied: ['sent'],
  confirmed: ['sent', 'applied'],
  rolled_back: ['sent', 'applied'],
  refused: ['sent'],
}

/** Takes down what a host says of its firewall. What it says twice counts once. @throws {BergfriedError} `http.invalid` */
export async function reported(deps: FirewallDeps, host: string, report: FirewallReport): Promise<void> {
  const { live, events, seen, open } = report
  const at = deps.clock.now()
  const news = await poolOf(deps).transaction(async (tx) => {
    const fresh = live === null ? false : await takeRules(tx, host, live, at)
    for (const one of seen) {
      await tx.query(
        `insert into firewall.generation (host, generation, pid, process, uid, at, lines)
         select $1, $2, $3, $4, $5, $6, $7
         where not exists (select from firewall.generation where host = $1 and generation = $2 and pid = $3 and at = $6)`,
        [host, one.generation, one.pid, one.process, one.uid, timeOf(one.at, at), JSON.stringify(one.lines)],
      )
    }
    for (const event of events) await takeEvent(tx, host, event, at)
    return fresh || events.length > 0 || seen.length > 0
  })
  const desk = deskOf(deps)
  const before = desk.openOn(host)
  desk.sawOpen(
    host,
    open.map(({ grant }) => grant),
  )
  const other =
    open.length !== (before?.grants.size ?? 0) || open.some(({ grant }) => before?.grants.has(grant) !== true)
  if (report.problems.length > 0) desk.sawProblems(host, report.problems)
  if (news || other || report.problems.length > 0) desk.moved(host)
}

async function takeRules(
  tx: Transaction,
  host: string,
  { digest, text, json, boot }: NonNullable<FirewallReport['live']>,
  at: Date,
): Promise<boolean> {
  const parsed = parsedRules(json, text)
  if (nftDigest(parsed, text) !== digest) {
    throw new BergfriedError('http.invalid', { where: 'live', reason: 'the digest is not that of the rules' })
  }
  const [last] = await tx.query<{ digest: string; boot: string }>(
    'select digest, boot from firewall.rules where host = $1 order by id desc limit 1',
    [host],
  )
  await countRules(tx, host, { json: parsed, text }, boot, at)
  if (last?.digest === digest) return false
  await tx.query(
    'insert into firewall.rules (host, digest, text, json, boot, seen_at) values ($1, $2, $3, $4, $5, $6)',
    [...[host, digest, text, json, boot, at]],
  )
  await recordFirewall(tx, at, 'seen', null, { host, digest, before: last?.digest ?? null })
  return true
}

function parsedRules(json: string, text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(json)
    nftDigest(parsed, text)
    return parsed
  } catch {
    throw new BergfriedError('http.invalid', { where: 'live.json', reason: 'no rule set of nft' })
  }
}

async function takeEvent(
  tx: Transaction,
  host: string,
  event: FirewallReport['events'][number],
  at: Date,
): Promise<void> {
  const { id, number, state, ...body } = event
  const [change] = await tx.query<{ state: ChangeState }>(
    'select state from firewall.change where id = $1 and host = $2 and number = $3 for update',
    [id, host, number],
  )
  if (change === undefined) return
  const fresh = await tx.query(
    `insert into firewall.event (change_id, state, at, told_at, body) values ($1, $2, $3, $4, $5)
     on conflict do nothing returning 1`,
    [id, state, timeOf(event.at, at), at, JSON.stringify({ state, ...body })],
  )
  if (fresh.length === 0 || !FROM[state].includes(change.state)) return
  await setState(tx, id, state, at)
  const { digest, asApproved, purged, why } = event
  await recordFirewall(tx, at, state, null, {
    change: id,
    host,
    digest,
    asApproved,
    purged,
    why: why?.en.slice(0, 300) ?? null,
  })
  if (state === 'confirmed') {
    await tx.query(
      `update firewall.change set confirmed_rules = (select max(id) from firewall.rules where host = $2 and digest = $3) where id = $1`,
      [id, host, digest],
    )
  }
}

/** A host's own time, where it is one and not ahead of ours. */
function timeOf(said: string, at: Date): Date {
  const time = Date.parse(said)
  return Number.isNaN(time) || time > at.getTime() ? at : new Date(time)
}
