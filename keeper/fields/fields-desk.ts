import { createHash, createSecretKey, type KeyObject, randomBytes, randomFillSync } from 'node:crypto'
import { NONCE_BYTES, XaesKey, xaesOpen, xaesSeal } from '../../engines/fieldcrypt/xaes.ts'
import { exchangeFromHex, exchangeToHex, newExchange, publicText } from '../../engines/keyuse/key-use.ts'
import type { AccessDesk } from '../access/access-desk.ts'
import { type Approval, whoApproved } from '../access/approval.ts'
import { expired, MOST_WAIT_SECONDS } from '../access/rules.ts'
import { codeOf, failed, KeeperError, malformed, refused } from '../errors.ts'
import { KEY_NAME, type KeyOrder, parseOrderText } from './order-text.ts'
import {
  type KeptKey,
  type KeyGrant,
  MOST_KEY_GRANTS,
  MOST_KEYS,
  MOST_VERSIONS,
  readSealedState,
  type SealedState,
  writeSealedState,
} from './sealed-state.ts'
import { Uses } from './uses.ts'

/** Services need keys for long: as long as somebody has to say it again now and then. */
export const MOST_KEY_GRANT_SECONDS = 90 * 86_400
/** A grant that is over is told of so long. */
const KEPT_SECONDS = 7 * 86_400

/** Key-encryption keys, and who may use them. Everything is durable before it is said; one change at a time. */
export class FieldsDesk {
  readonly uses: Uses
  readonly exchange: KeyObject
  readonly #folder: string
  readonly #access: AccessDesk
  readonly #open = new Map<string, XaesKey>()
  #state: SealedState
  #turn: Promise<unknown> = Promise.resolve()

  private constructor(folder: string, access: AccessDesk, state: SealedState, uses: Uses) {
    this.#folder = folder
    this.#access = access
    this.#state = state
    this.uses = uses
    this.exchange = exchangeFromHex(state.exchange)
  }

  /** @throws {KeeperError} `refused` its records cannot be believed; `failed` */
  static async open(folder: string, access: AccessDesk): Promise<FieldsDesk> {
    const found = await readSealedState(folder)
    if (found === 'broken') {
      throw refused(
        'the key-encryption keys are damaged; restore fields.key',
        'die Schlüssel für Felder sind beschädigt; fields.key wiederherstellen',
        { kind: 'state' },
      )
    }
    const uses = await Uses.open(folder)
    if (found !== 'missing') return new FieldsDesk(folder, access, found, uses)
    const state: SealedState = { v: '1', exchange: exchangeToHex(newExchange()), keys: [], grants: [], done: [] }
    await writeSealedState(folder, state)
    return new FieldsDesk(folder, access, state, uses)
  }

  now(): number {
    return this.#access.now()
  }

  /** What services seal their questions to. */
  get publicKey(): string {
    return publicText(this.exchange)
  }

  get keys(): readonly KeptKey[] {
    return this.#state.keys
  }

  /** Live ones, and those that ended a while ago. */
  get grants(): readonly KeyGrant[] {
    return this.#state.grants
  }

  /** @throws {KeeperError} `refused`, `malformed` */
  create(name: string): Promise<void> {
    return this.#alone(async () => {
      if (!KEY_NAME.test(name)) throw malformed('a name of a key', 'ein Name eines Schlüssels')
      if (this.#state.keys.some((key) => key.name === name)) {
        throw refused('there is a key of this name', 'einen Schlüssel dieses Namens gibt es', { kind: 'taken' })
      }
      if (this.#state.keys.length >= MOST_KEYS) throw refused('too many keys', 'zu viele Schlüssel', { kind: 'limit' })
      const at = this.now()
      const key: KeptKey = { name, state: 'active', madeAt: at, versions: [fresh(1, at)], endedAt: null }
      await this.#write({ ...this.#state, keys: [...this.#state.keys, key] })
    })
  }

  /** A new version wraps from now on; all of them unwrap. @returns its number */
  rotate(name: string): Promise<{ readonly version: number }> {
    return this.#alone(async () => {
      const key = this.#key(name)
      if (key.state !== 'active') throw notActive()
      if (key.versions.length >= MOST_VERSIONS)
        throw refused('too many versions', 'zu viele Versionen', { kind: 'limit' })
      const version = key.versions.length + 1
      await this.#replace({ ...key, versions: [...key.versions, fresh(version, this.now())] })
      return { version }
    })
  }

  /** Nothing is wrapped or unwrapped with it any more. Nobody has to agree; to take it back somebody else has to. */
  disable(name: string): Promise<void> {
    return this.#alone(async () => {
      const key = this.#key(name)
      if (key.state === 'shredded') throw notActive()
      await this.#replace({ ...key, state: 'disabled', endedAt: this.now() })
    })
  }

  /**
   * Carries out what enough others signed, word by word. The same grant again is the same grant, and nothing once it is over.
   *
   * @throws {KeeperError} `refused`, `malformed`
   */
  order(text: string, approvals: readonly Approval[]): Promise<{ readonly from: number; readonly until: number }> {
    return this.#alone(async () => {
      const order = parseOrderText(text)
      const at = this.now()
      const digest = createHash('sha256').update(text).digest('hex')
      const known = this.#state.grants.find(({ id }) => id === order.id)
      if (known !== undefined) {
        if (known.order !== digest) throw refused('the number was used', 'die Nummer ist vergeben', { kind: 'replay' })
        if (known.ended !== null || known.until <= at) throw over()
        return { from: known.from, until: known.until }
      }
      if (this.#state.done.some(({ id }) => id === order.id)) {
        throw refused('it was carried out already', 'das wurde schon ausgeführt', { kind: 'replay' })
      }
      checkOrder(order, whoApproved(text, approvals, this.#access.approvers), at)
      const key = this.#key(order.key)
      if (order.order === 'grant') return this.#grant(order, key, digest, at)
      if (key.state === 'shredded' || (order.order === 'enable' && key.state === 'active')) throw notActive()
      const changed: KeptKey =
        order.order === 'enable'
          ? { ...key, state: 'active', endedAt: null }
          : {
              ...key,
              state: 'shredded',
              endedAt: at,
              versions: key.versions.map((version) => ({ ...version, secret: null })),
            }
      const done = [...this.#state.done.filter(({ expires }) => expires > at), { id: order.id, expires: order.expires }]
      if (done.length > 5000) throw refused('too many orders', 'zu viele Aufträge', { kind: 'limit' })
      await this.#replace(changed, { done })
      return { from: at, until: at }
    })
  }

  async #grant(order: KeyOrder, key: KeptKey, digest: string, at: number) {
    if (key.state === 'shredded') throw notActive()
    const grants = this.#state.grants.filter((g) => Math.max(g.ended ?? g.until, g.expires) + KEPT_SECONDS > at)
    if (grants.length >= MOST_KEY_GRANTS) {
      throw refused('too many grants at once', 'zu viele Freigaben auf einmal', { kind: 'limit' })
    }
    const { id, holder, holderKey, owner, may, perMinute, expires } = order
    const span = { from: at, until: at + order.seconds }
    const kept = { id, order: digest, key: key.name, holder, holderKey, owner, may: [...may], perMinute, expires }
    await this.#write({ ...this.#state, grants: [...grants, { ...kept, ...span, ended: null }] })
    return span
  }

  /** Ends a grant for good. Nobody has to agree. False: nothing is known of it. */
  revoke(id: string): Promise<{ readonly known: boolean }> {
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

  /** Wraps under the newest version. @returns name with version, and bytes */
  wrap(name: string, context: Uint8Array, secret: Uint8Array): { readonly kek: string; readonly bytes: Buffer } {
    const version = this.#key(name).versions.length
    const kek = `${name}.${version}`
    const nonce = randomFillSync(new Uint8Array(NONCE_BYTES))
    const sealed = xaesSeal(this.#opened(kek), nonce, bound(kek, context), secret)
    return { kek, bytes: Buffer.concat([nonce, sealed]) }
  }

  /** @throws where bytes or context are not what was wrapped */
  unwrap(kek: string, context: Uint8Array, bytes: Uint8Array): Buffer {
    const nonce = bytes.subarray(0, NONCE_BYTES)
    return xaesOpen(this.#opened(kek), nonce, bound(kek, context), bytes.subarray(NONCE_BYTES))
  }

  #opened(kek: string): XaesKey {
    const [name, version] = kek.split('.')
    const key = this.#state.keys.find((k) => k.name === name && k.state === 'active')
    const secret = key?.versions.find((v) => String(v.version) === version)?.secret
    if (secret == null) throw notActive()
    const known = this.#open.get(kek)
    if (known !== undefined) return known
    const raw = Buffer.from(secret, 'hex')
    const opened = new XaesKey(createSecretKey(raw))
    raw.fill(0)
    this.#open.set(kek, opened)
    return opened
  }

  #key(name: string): KeptKey {
    const key = this.#state.keys.find((k) => k.name === name)
    if (key === undefined) throw refused('there is no such key', 'diesen Schlüssel gibt es nicht', { kind: 'unknown' })
    return key
  }

  #replace(key: KeptKey, more: Partial<SealedState> = {}): Promise<void> {
    const keys = this.#state.keys.map((k) => (k.name === key.name ? key : k))
    return this.#write({ ...this.#state, ...more, keys })
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }

  async #write(next: SealedState): Promise<void> {
    try {
      await writeSealedState(this.#folder, next)
      this.#state = next
      this.#open.clear()
    } catch (error) {
      if (error instanceof KeeperError) throw error
      const where = codeOf(error)
      throw failed(`the folder cannot be written (${where})`, `der Ordner ist nicht beschreibbar (${where})`, {
        cause: error,
      })
    }
  }
}

const fresh = (version: number, madeAt: number) => ({ version, madeAt, secret: randomBytes(32).toString('hex') })

/** The name with its version is authenticated with the context: one version cannot pass for another. */
const bound = (kek: string, context: Uint8Array): Buffer =>
  Buffer.concat([Buffer.of(kek.length), Buffer.from(kek), context])

/** The keeper's own rules, whatever the server's are. @throws {KeeperError} `refused` */
function checkOrder(order: KeyOrder, people: ReadonlySet<string>, at: number): void {
  if (order.expires <= at) throw expired()
  if (order.expires > at + MOST_WAIT_SECONDS) {
    throw refused('the order may wait too long', 'der Auftrag darf zu lange warten', { kind: 'limit' })
  }
  if (order.seconds > MOST_KEY_GRANT_SECONDS) {
    throw refused('the grant would last too long', 'die Freigabe dauerte zu lange', { kind: 'limit' })
  }
  for (const own of [order.requester, order.owner]) {
    if (people.has(own)) {
      throw refused(`${own} cannot approve this: it is theirs`, `${own} kann das nicht freigeben: es ist das Eigene`, {
        kind: 'own',
      })
    }
  }
  if (people.size < order.approvals) {
    throw refused(
      `${people.size} approved, and ${order.approvals} have to`,
      `${people.size} haben freigegeben, ${order.approvals} müssen es sein`,
      { kind: 'few' },
    )
  }
}

const over = (): KeeperError =>
  refused('there is no such grant, or it is over', 'diese Freigabe gibt es nicht, oder sie ist zu Ende', {
    kind: 'over',
  })

const notActive = (): KeeperError =>
  refused('the key is not in a state for that', 'der Schlüssel ist nicht im Zustand dafür', { kind: 'key_state' })
