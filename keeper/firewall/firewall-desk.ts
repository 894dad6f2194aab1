import { createHash } from 'node:crypto'
import { utf8 } from '../../engines/sshcert/bytes.ts'
import { fingerprint } from '../../engines/sshcert/fingerprint.ts'
import { ed25519Key } from '../../engines/sshcert/public-key.ts'
import type { AccessDesk } from '../access/access-desk.ts'
import { type Approval, whoApproved } from '../access/approval.ts'
import { expired, LIST_SECONDS, MOST_WAIT_SECONDS } from '../access/rules.ts'
import { codeOf, failed, KeeperError, refused } from '../errors.ts'
import { type FirewallChange, parseChangeText } from './change-text.ts'
import {
  type FirewallState,
  MOST_CHANGES,
  NO_CHANGES,
  readFirewallState,
  writeFirewallState,
} from './firewall-state.ts'

/** Seconds that a host may wait for a confirmation before it takes a change back. */
const [LEAST_CONFIRM_SECONDS, MOST_CONFIRM_SECONDS] = [5, 600]
/** Numbers begin at the clock, so that those of a keeper whose record was lost are still higher than those that hosts have seen. */
const numberAfter = (last: number, at: number): number => Math.max(last + 1, at)

/** Orders to firewalls, made of changes whose approvals were verified here and of nothing else. Durable before they are said. */
export class FirewallDesk {
  readonly #folder: string
  readonly #access: AccessDesk
  #state: FirewallState
  #turn: Promise<unknown> = Promise.resolve()

  private constructor(folder: string, access: AccessDesk, state: FirewallState) {
    this.#folder = folder
    this.#access = access
    this.#state = state
  }

  /** @throws {KeeperError} `refused` its record cannot be believed; `failed` */
  static async open(folder: string, access: AccessDesk): Promise<FirewallDesk> {
    const state = await readFirewallState(folder)
    if (state === 'broken') {
      throw refused(
        'the record of firewall changes is damaged; restore firewall.state or remove it',
        'die Aufzeichnung der Firewall-Änderungen ist beschädigt; firewall.state wiederherstellen oder entfernen',
        { kind: 'state' },
      )
    }
    return new FirewallDesk(folder, access, state === 'missing' ? NO_CHANGES : state)
  }

  /**
   * The signed order of a change, where enough others signed exactly its text. The same text again gives the order with the same
   * number.
   *
   * @throws {KeeperError} `refused`, `malformed`
   */
  order(text: string, approvals: readonly Approval[]): Promise<{ readonly number: number; readonly order: string }> {
    return this.#alone(async () => {
      const change = parseChangeText(text)
      const at = this.#access.now()
      const digest = createHash('sha256').update(text).digest('hex')
      checkChange(change, whoApproved(text, approvals, this.#access.approvers), at)
      const known = this.#state.changes.find(({ id }) => id === change.id)
      if (known !== undefined && known.text !== digest) {
        throw refused('the number was used', 'die Nummer ist vergeben', { kind: 'replay' })
      }
      if (known !== undefined) return { number: known.number, order: this.#signed(known.number, text) }
      const changes = this.#state.changes.filter(({ expires }) => expires > at)
      if (changes.length >= MOST_CHANGES) {
        throw refused('too many changes at once', 'zu viele Änderungen auf einmal', { kind: 'limit' })
      }
      const number = numberAfter(this.#state.number, at)
      await this.#write({
        v: '1',
        number,
        changes: [...changes, { id: change.id, text: digest, number, expires: change.expires }],
      })
      return { number, order: this.#signed(number, text) }
    })
  }

  /** Which addresses a host lets in for the time of grants that were opened here: of kind `network`, one line each. */
  openings(host: string): Promise<{ readonly number: number; readonly openings: string }> {
    return this.#alone(async () => {
      const at = this.#access.now()
      const lines = this.#access.live
        .filter(({ kind, system }) => kind === 'network' && system === host)
        .flatMap(({ id, entitlement, source, until }) =>
          source.map((address) => `open ${id} ${entitlement} ${address} ${until}`),
        )
        .sort()
      const number = numberAfter(this.#state.number, at)
      await this.#write({ ...this.#state, number })
      const head = [`bergfried-firewall-openings 1`, `host ${host}`, `number ${number}`, `issued ${at}`]
      return { number, openings: this.#sign([...head, `max-age ${LIST_SECONDS}`, ...lines, ''].join('\n')) }
    })
  }

  #signed(number: number, text: string): string {
    return this.#sign(`bergfried-firewall-order 1\nnumber ${number}\n${text}`)
  }

  /** Everything that hosts go by is signed by one key; its first line says what it is, and none passes for another. */
  #sign(body: string): string {
    const { orders } = this.#access
    const signature = Buffer.from(orders.sign(utf8(body))).toString('base64')
    return `${body}signature ${fingerprint(ed25519Key(orders.publicKey))} ${signature}\n`
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }

  async #write(next: FirewallState): Promise<void> {
    try {
      await writeFirewallState(this.#folder, next)
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

/** The keeper's own rules, whatever the server's are. @throws {KeeperError} `refused` */
function checkChange(change: FirewallChange, people: ReadonlySet<string>, at: number): void {
  const { author, approvals, confirm, expires } = change
  if (expires <= at) throw expired()
  if (expires > at + MOST_WAIT_SECONDS) {
    throw refused('the change may wait too long', 'die Änderung darf zu lange warten', { kind: 'limit' })
  }
  if (confirm < LEAST_CONFIRM_SECONDS || confirm > MOST_CONFIRM_SECONDS) {
    throw refused(
      `not between ${LEAST_CONFIRM_SECONDS} and ${MOST_CONFIRM_SECONDS} seconds until it is taken back`,
      `nicht zwischen ${LEAST_CONFIRM_SECONDS} und ${MOST_CONFIRM_SECONDS} Sekunden bis zur Rücknahme`,
      { kind: 'limit' },
    )
  }
  if (people.has(author)) {
    throw refused(
      `${author} cannot approve this: it is theirs`,
      `${author} kann das nicht freigeben: es ist das Eigene`,
      {
        kind: 'own',
      },
    )
  }
  if (people.size < approvals) {
    throw refused(
      `${people.size} approved, and ${approvals} have to`,
      `${people.size} haben freigegeben, ${approvals} müssen es sein`,
      { kind: 'few' },
    )
  }
}
