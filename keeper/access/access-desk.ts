import { createHash } from 'node:crypto'
import { codeOf, failed, KeeperError, refused } from '../errors.ts'
import type { KeyStore, SigningKey } from '../keys/key.ts'
import type { Seconds } from '../system-clock.ts'
import {
  type AccessState,
  EMPTY,
  type KeptGrant,
  MOST_GRANTS,
  readAccessState,
  writeAccessState,
} from './access-state.ts'
import { type Approval, isEnrolled, whoApproved } from './approval.ts'
import { type Approver, enrolmentText, nameOfKey } from './approver.ts'
import { parseRequestText } from './request-text.ts'
import { checkRequest, MOST_CERTIFICATE_SECONDS } from './rules.ts'

/** Serial numbers are set aside so many at a time: those that a crash leaves unused are gaps, which cost nothing. */
const SERIALS_AT_ONCE = 4096
/** How much longer than a grant its record is kept, for the certificates of the last quarter of an hour and clocks that differ. */
const KEPT_SECONDS = 2 * MOST_CERTIFICATE_SECONDS

/** Grants whose approvals were verified here. Everything is durable before it is said; one change at a time. */
export class AccessDesk {
  /** Certifies users. */
  readonly authority: SigningKey
  /** Signs the lists that hosts go by. */
  readonly orders: SigningKey
  readonly #folder: string
  readonly #seconds: Seconds
  #state: AccessState
  #newest = 0
  #serials = { next: 0, end: 0 }
  #turn: Promise<unknown> = Promise.resolve()

  private constructor(
    folder: string,
    keys: { readonly authority: SigningKey; readonly orders: SigningKey },
    state: AccessState,
    seconds: Seconds,
  ) {
    this.#folder = folder
    this.authority = keys.authority
    this.orders = keys.orders
    this.#state = state
    this.#seconds = seconds
  }

  /**
   * Opens what was kept, or begins at the very first start.
   *
   * @throws {KeeperError} `refused` keys without their record, or a record without its keys; `unsafe`, `failed`
   */
  static async open(folder: string, keys: KeyStore, seconds: Seconds): Promise<AccessDesk> {
    const state = await readAccessState(folder)
    const [authority, orders] = [await keys.find('authority'), await keys.find('orders')]
    if (state === 'broken' || (state === 'missing' && authority !== null && orders !== null)) throw lost()
    if (state !== 'missing' && (authority === null || orders === null) && state.begun) throw lost()
    const made = {
      authority: authority ?? (await keys.create('authority')),
      orders: orders ?? (await keys.create('orders')),
    }
    // Written last: a start that was cut off leaves keys of which one is missing, or no record, and nobody enrolled.
    if (state === 'missing') await writeAccessState(folder, EMPTY)
    return new AccessDesk(folder, made, state === 'missing' ? EMPTY : state, seconds)
  }

  /** Never goes back while the process runs, whatever the machine's clock does. */
  now(): number {
    this.#newest = Math.max(this.#newest, this.#seconds())
    return this.#newest
  }

  get approvers(): readonly Approver[] {
    return this.#state.approvers
  }

  get live(): readonly KeptGrant[] {
    const at = this.now()
    return this.#state.grants.filter((grant) => grant.ended === null && grant.until > at)
  }

  /** Whose certificates may still be about though the grant has ended. */
  get ended(): readonly KeptGrant[] {
    const at = this.now()
    return this.#state.grants.filter(
      ({ ended, until }) => (ended ?? until) <= at && (ended ?? until) + KEPT_SECONDS > at,
    )
  }

  /**
   * Lets a key approve from now on. The very first is taken as it comes; each other one needs the signature of somebody who
   * may approve already.
   *
   * @throws {KeeperError} `refused`, `malformed`
   */
  enrol(approver: Approver, approvals: readonly Approval[]): Promise<{ readonly name: string }> {
    return this.#alone(async () => {
      const text = enrolmentText(approver)
      const name = nameOfKey(approver)
      if (isEnrolled(this.#state.approvers, approver)) return { name }
      if (this.#state.begun && whoApproved(text, approvals, this.#state.approvers).size === 0) {
        throw refused(
          'somebody who may approve has to sign this first',
          'das muss zuerst jemand unterschreiben, der freigeben darf',
          { kind: 'enrolment' },
        )
      }
      await this.#write({ ...this.#state, begun: true, approvers: [...this.#state.approvers, approver] })
      return { name }
    })
  }

  /** Takes every key of a person away, or one. Nobody has to agree: it lets nobody in. */
  remove(person: string, name: string | null): Promise<{ readonly removed: number }> {
    return this.#alone(async () => {
      const left = this.#state.approvers.filter((a) => a.person !== person || (name !== null && nameOfKey(a) !== name))
      const removed = this.#state.approvers.length - left.length
      if (removed > 0) await this.#write({ ...this.#state, approvers: left })
      return { removed }
    })
  }

  /**
   * Begins a grant, where enough others signed exactly this text. The same text again gives the same grant, and nothing once it has
   * ended.
   *
   * @throws {KeeperError} `refused`, `malformed`
   */
  grant(text: string, approvals: readonly Approval[]): Promise<KeptGrant> {
    return this.#alone(async () => {
      const request = parseRequestText(text)
      const digest = createHash('sha256').update(text).digest('hex')
      const known = this.#state.grants.find(({ id }) => id === request.id)
      if (known !== undefined) {
        if (known.request !== digest)
          throw refused('the number was used', 'die Nummer ist vergeben', { kind: 'replay' })
        if (known.ended !== null || known.until <= this.now()) throw over()
        return known
      }
      const at = this.now()
      if (this.#state.grants.length >= MOST_GRANTS) {
        throw refused('too many grants at once', 'zu viele Freigaben auf einmal', { kind: 'limit' })
      }
      checkRequest(request, whoApproved(text, approvals, this.#state.approvers), at)
      const { requester: _requester, approvals: _approvals, seconds, need: _need, ...kept } = request
      const grant = {
        ...kept,
        source: [...kept.source],
        extensions: [...kept.extensions],
        request: digest,
        from: at,
        until: at + seconds,
        ended: null,
      }
      await this.#write({ ...this.#state, grants: [...this.#pruned(at), grant] })
      return grant
    })
  }

  /** Ends a grant for good. Nobody has to agree. False: nothing is known of it, which may be because it ended long ago. */
  end(id: string): Promise<{ readonly known: boolean }> {
    return this.#alone(async () => {
      const grant = this.#state.grants.find((g) => g.id === id)
      if (grant === undefined) return { known: false }
      if (grant.ended === null) {
        const ended = { ...grant, ended: Math.min(this.now(), grant.until) }
        await this.#write({ ...this.#state, grants: this.#state.grants.map((g) => (g.id === id ? ended : g)) })
      }
      return { known: true }
    })
  }

  /** @throws {KeeperError} `refused` it is not there, or over */
  liveGrant(id: string): KeptGrant {
    const grant = this.#state.grants.find((g) => g.id === id)
    if (grant === undefined || grant.ended !== null || grant.until <= this.now()) throw over()
    return grant
  }

  /** A serial number that no certificate has: dense, so that lists of them stay small. */
  async serial(): Promise<bigint> {
    if (this.#serials.next >= this.#serials.end) {
      await this.#alone(async () => {
        if (this.#serials.next < this.#serials.end) return
        const next = this.#state.nextSerial
        await this.#write({ ...this.#state, nextSerial: next + SERIALS_AT_ONCE })
        this.#serials = { next, end: next + SERIALS_AT_ONCE }
      })
    }
    return BigInt(this.#serials.next++)
  }

  /** A version that no list has, higher than those of all before. */
  version(): Promise<number> {
    return this.#alone(async () => {
      await this.#write({ ...this.#state, version: this.#state.version + 1 })
      return this.#state.version
    })
  }

  #pruned(at: number): KeptGrant[] {
    return this.#state.grants.filter(
      ({ until, ended, expires }) => Math.max(ended ?? until, expires) + KEPT_SECONDS > at,
    )
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }

  async #write(next: AccessState): Promise<void> {
    try {
      await writeAccessState(this.#folder, next)
      this.#state = next
    } catch (error) {
      if (error instanceof KeeperError) throw error
      const where = codeOf(error)
      throw failed(`the folder cannot be written (${where})`, `der Ordner ist nicht beschreibbar (${where})`, {
        cause: error,
      })
    }
  }
}

const over = (): KeeperError =>
  refused('there is no such grant, or it is over', 'diese Freigabe gibt es nicht, oder sie ist zu Ende', {
    kind: 'over',
  })

const lost = (): KeeperError =>
  refused(
    'keys and record of access do not belong together; restore the folder, or remove authority.key, orders.key and access.state and enrol hosts and approvers anew',
    'Schlüssel und Aufzeichnung der Zugänge gehören nicht zusammen; den Ordner wiederherstellen oder authority.key, orders.key und access.state entfernen und Maschinen und Freigebende neu aufnehmen',
    { kind: 'state' },
  )
