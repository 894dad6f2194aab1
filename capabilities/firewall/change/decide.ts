import type { SignedApproval } from '../../../kernel/act/access-desk.ts'
import type { Transaction } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { ChangeState } from '../contract.ts'
import { deskOf, type FirewallDeps, poolOf } from '../desk.ts'
import { recordFirewall } from '../evidence/record.ts'
import { currentRules } from './current-rules.ts'

interface Held {
  readonly id: string
  readonly host: string
  readonly author: string
  readonly base: string
  readonly text: string
  readonly state: ChangeState
  readonly over: boolean
}

/** Held until the transaction ends. @throws {BergfriedError} `http.not_found`, `firewall.not_now` */
async function held(tx: Transaction, id: string, at: Date, states: readonly ChangeState[]): Promise<Held> {
  const [row] = await tx.query<Held>(
    'select id, host, author, base, text, state, expires_at <= $2 as over from firewall.change where id = $1 for update',
    [id, at],
  )
  if (row === undefined) throw new BergfriedError('http.not_found', { what: `change ${id}` })
  if (!states.includes(row.state)) throw new BergfriedError('firewall.not_now', { state: row.state })
  if (row.over && row.state !== 'sent') throw new BergfriedError('firewall.not_now', { state: 'expired' })
  return row
}

export const setState = (tx: Transaction, id: string, state: ChangeState, at: Date): Promise<unknown> =>
  tx.query('update firewall.change set state = $2, state_at = $3 where id = $1', [id, state, at])

/**
 * Takes a signature over a change. With the last one that is needed the keeper gives its order: what is counted here is for the reader.
 *
 * @returns whether it may be applied now
 * @throws {BergfriedError} `firewall.own`, `firewall.stale`, `firewall.not_now`, `keeper.refused`
 */
export async function approveChange(deps: FirewallDeps, id: string, approval: SignedApproval): Promise<boolean> {
  const desk = deskOf(deps)
  const at = deps.clock.now()
  const { host, ready } = await poolOf(deps).transaction(async (tx) => {
    const change = await held(tx, id, at, ['proposed'])
    if (change.author === approval.person) throw new BergfriedError('firewall.own', {})
    await needBase(tx, change)
    const before = await tx.query<{ approval: SignedApproval }>(
      `select approval from firewall.verdict where change_id = $1 and verdict = 'approve' and person <> $2`,
      [id, approval.person],
    )
    const ordered = await desk.keeper
      .order(change.text, [...before.map((row) => row.approval), approval])
      .catch((error: unknown) => {
        // It holds, and others have to follow.
        if (error instanceof BergfriedError && error.code === 'keeper.refused' && error.detail['kind'] === 'few')
          return null
        throw error
      })
    await tx.query(
      `insert into firewall.verdict (change_id, person, verdict, approval, at) values ($1, $2, 'approve', $3, $4)
       on conflict do nothing`,
      [id, approval.person, JSON.stringify(approval), at],
    )
    await recordFirewall(tx, at, 'approved', approval.person, { change: id, host: change.host })
    if (ordered === null) return { host: change.host, ready: false }
    await setState(tx, id, 'approved', at)
    await tx.query('update firewall.change set number = $2, signed_order = $3 where id = $1', [
      id,
      ordered.number,
      ordered.order,
    ])
    return { host: change.host, ready: true }
  })
  desk.moved(host)
  return ready
}

/** What was approved is a way from one rule set to another: from elsewhere it is not known where it leads. */
async function needBase(tx: Transaction, { host, base }: Held): Promise<void> {
  if ((await currentRules(tx, host)).digest !== base) throw new BergfriedError('firewall.stale', { host })
}

/** Refuses a change for good, or takes the own one back. @throws {BergfriedError} `firewall.not_now`, `firewall.own` */
export async function endChange(
  deps: FirewallDeps,
  id: string,
  person: string,
  how: 'refused' | 'withdrawn',
  note: string,
): Promise<void> {
  const desk = deskOf(deps)
  const at = deps.clock.now()
  const host = await poolOf(deps).transaction(async (tx) => {
    const change = await held(tx, id, at, ['proposed', 'approved'])
    if ((change.author === person) !== (how === 'withdrawn')) throw new BergfriedError('firewall.own', {})
    if (how === 'refused') {
      await tx.query(
        `insert into firewall.verdict (change_id, person, verdict, note, at) values ($1, $2, 'refuse', $3, $4)
         on conflict do nothing`,
        [id, person, note, at],
      )
    }
    await setState(tx, id, how, at)
    await recordFirewall(tx, at, how, person, { change: id, host: change.host })
    return change.host
  })
  desk.moved(host)
}

/**
 * Sends an approved change to its host, which makes it, or says why not.
 *
 * @throws {BergfriedError} `firewall.not_now`, `firewall.stale`, `firewall.busy`
 */
export async function sendChange(deps: FirewallDeps, id: string, person: string): Promise<void> {
  const desk = deskOf(deps)
  const at = deps.clock.now()
  const host = await poolOf(deps).transaction(async (tx) => {
    const change = await held(tx, id, at, ['approved'])
    await needBase(tx, change)
    const [other] = await tx.query(
      `select 1 from firewall.change where host = $1 and state in ('sent', 'applied') and id <> $2`,
      [change.host, id],
    )
    if (other !== undefined) throw new BergfriedError('firewall.busy', { host: change.host })
    await setState(tx, id, 'sent', at)
    await recordFirewall(tx, at, 'sent', person, { change: id, host: change.host })
    return change.host
  })
  desk.moved(host)
}
