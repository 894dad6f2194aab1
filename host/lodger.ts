import { applyAccount, endAccount, isGone } from './accounts.ts'
import type { Accepted } from './apply.ts'
import { endUid } from './end-sessions.ts'
import { problem, textOf } from './errors.ts'
import type { Layout } from './layout.ts'
import type { OrderedAccount } from './orders.ts'
import type { Outbox } from './outbox.ts'
import { managedAccounts } from './passwd.ts'

/** Between two attempts at what did not work. */
const AGAIN_MS = 30_000
/** Between two looks at whether what was done still holds, and how many of them there are at one tick. */
const RECHECK_MS = 300_000
const RECHECKS = 20

interface Done {
  /** The order as text; null for ended. */
  readonly state: string | null
  readonly at: number
  readonly worked: boolean
}

/** Makes and ends the accounts of orders. */
export class Lodger {
  readonly #layout: Layout
  readonly #outbox: Outbox
  readonly #done = new Map<string, Done>()
  #rechecks = 0

  constructor(layout: Layout, outbox: Outbox) {
    this.#layout = layout
    this.#outbox = outbox
  }

  async tick({ orders, list }: Accepted, now: Date): Promise<void> {
    const at = now.getTime()
    this.#rechecks = RECHECKS
    const current = orders.accounts.filter(({ until }) => Date.parse(until) > at)
    const wanted = new Set(current.map(({ account }) => account))
    const over = new Set([
      ...orders.accounts.map(({ account }) => account),
      ...managedAccounts(this.#layout).map(({ name }) => name),
    ])
    // Those that end come first: nothing that fails below keeps them alive.
    for (const account of over) {
      if (!wanted.has(account)) await this.#once(account, null, at, () => this.#end(account))
    }
    const reachable = new Set(list.entries.map(({ account }) => account))
    for (const order of current) {
      await this.#once(order.account, JSON.stringify(order), at, () => this.#make(order, reachable))
    }
  }

  async #make(order: OrderedAccount, reachable: ReadonlySet<string>): Promise<void> {
    // Orders are not signed as a whole; the list of who may sign in is.
    if (!reachable.has(order.account)) {
      const [en, de] = ['an account that the list lets nobody into', 'ein Konto, in das die Liste niemanden lässt']
      throw problem('refused', order.account, en, de)
    }
    await applyAccount(this.#layout, order)
  }

  async #end(account: string): Promise<void> {
    if (await isGone(this.#layout, account)) return
    await endAccount(this.#layout, account, (uid) => endUid(this.#layout, uid))
    if (await isGone(this.#layout, account)) return
    const [en, de] = ['something of it could not be removed', 'etwas davon ließ sich nicht entfernen']
    throw problem('failed', account, en, de)
  }

  async #once(account: string, state: string | null, at: number, what: () => Promise<void>): Promise<void> {
    const done = this.#done.get(account)
    if (done !== undefined && done.state === state) {
      if (Math.abs(at - done.at) < (done.worked ? RECHECK_MS : AGAIN_MS)) return
      if (done.worked && this.#rechecks-- <= 0) return
    }
    let worked = true
    try {
      await what()
    } catch (error) {
      worked = false
      this.#outbox.problem(textOf(error, account))
    }
    this.#done.set(account, { state, at, worked })
  }
}
