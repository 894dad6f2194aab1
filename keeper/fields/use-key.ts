import { createHash } from 'node:crypto'
import { isSigned, openOnce, parseQuestion, sealOnce, sha256, sharedKeys } from '../../engines/keyuse/key-use.ts'
import { malformed, refused } from '../errors.ts'
import type { FieldsDesk } from './fields-desk.ts'
import type { KeyGrant } from './sealed-state.ts'
import type { Outcome } from './uses.ts'

/** Clocks may differ by so much; the same question is not answered twice in that time. */
const WINDOW_SECONDS = 120
const MOST_REMEMBERED = 50_000
const MOST_BYTES = 8192

const WORDS: Readonly<Record<Exclude<Outcome, 'done'>, readonly [en: string, de: string]>> = {
  unproven: ['the question is not signed by its holder', 'die Frage ist nicht von ihrem Inhaber unterschrieben'],
  late: ['the question is too old, or came twice', 'die Frage ist zu alt oder kam zweimal'],
  no_grant: ['there is no grant for this', 'dafür gibt es keine Freigabe'],
  over: ['the grant is over', 'die Freigabe ist zu Ende'],
  not_allowed: ['the grant does not allow this', 'die Freigabe erlaubt das nicht'],
  rate: ['more uses in a minute than were granted', 'mehr Nutzungen in der Minute als freigegeben'],
  key_state: ['the key is not active', 'der Schlüssel ist nicht aktiv'],
  not_opened: ['it does not open', 'es lässt sich nicht öffnen'],
}

/** Answers questions of holders. Each is checked here, whoever brought it, and counted before it is answered, refused ones too. */
export class KeyUses {
  readonly #desk: FieldsDesk
  readonly #seen = new Map<string, number>()
  readonly #minute = new Map<string, { minute: number; uses: number }>()

  constructor(desk: FieldsDesk) {
    this.#desk = desk
  }

  /**
   * @param asked.context - what the data key is bound to, base64url
   * @param asked.box - sealed to this keeper, base64url
   * @throws {KeeperError} `malformed`; `refused` with `kind` saying why
   */
  async use(asked: {
    readonly question: string
    readonly signature: string
    readonly context: string
    readonly box: string
  }): Promise<{ readonly kek: string; readonly answer: string }> {
    const question = parseQuestion(asked.question)
    const context = Buffer.from(asked.context, 'base64url')
    const fits = question !== null && sha256(context) === question.context && context.length <= MOST_BYTES
    if (!fits || sha256(Buffer.from(asked.box)) !== question.box) {
      throw malformed('a question that is not spelled as it should be', 'eine falsch geschriebene Frage')
    }
    const at = this.#desk.now()
    const { op, holder, kek } = question
    const key = kek.split('.')[0] ?? ''
    const count = (outcome: Outcome, grant: KeyGrant | null) =>
      this.#desk.uses.count(
        grant === null
          ? { grant: null, holder: '-', key: '-', op, outcome }
          : { grant: grant.id, holder, key, op, outcome },
        at,
      )
    const refuse = async (outcome: Exclude<Outcome, 'done'>, grant: KeyGrant | null): Promise<never> => {
      await count(outcome, grant)
      throw refused(...WORDS[outcome], { kind: outcome })
    }
    if (!isSigned(asked.question, asked.signature, question.holderKey)) return refuse('unproven', null)
    const grants = this.#desk.grants.filter(
      (g) => g.holder === holder && g.holderKey === question.holderKey && g.key === key,
    )
    if (grants.length === 0) return refuse('no_grant', null)
    const live = grants.filter(({ ended, until }) => ended === null && until > at)
    const grant = live.find(({ may }) => may.includes(op)) ?? live[0]
    if (grant === undefined) return refuse('over', grants.at(-1) ?? null)
    if (!grant.may.includes(op)) return refuse('not_allowed', grant)
    if (!this.#isNew(question.ephemeral, question.at, at)) return refuse('late', grant)
    if (!this.#withinRate(grant, at)) return refuse('rate', grant)
    if (this.#desk.keys.find(({ name }) => name === key)?.state !== 'active') return refuse('key_state', grant)
    const done = this.#carryOut(question, context, asked.question, asked.box)
    if (done === null) return refuse('not_opened', grant)
    await count('done', grant)
    // While it was written down the grant may have been taken away.
    if (this.#desk.grants.find(({ id }) => id === grant.id)?.ended !== null) return refuse('over', grant)
    return done
  }

  #carryOut(question: NonNullable<ReturnType<typeof parseQuestion>>, context: Buffer, text: string, box: string) {
    try {
      const { ephemeral, op, kek } = question
      const shared = sharedKeys(this.#desk.exchange, ephemeral, ephemeral, this.#desk.publicKey)
      const given = openOnce(shared.question, box, `${op} ${kek}`)
      const result =
        op === 'wrap'
          ? this.#desk.wrap(kek, context, secretOf(given))
          : { kek, bytes: this.#desk.unwrap(kek, context, given) }
      const answer = sealOnce(shared.answer, result.bytes, `${result.kek} ${digestOf(text)}`)
      given.fill(0)
      if (op === 'unwrap') result.bytes.fill(0)
      return { kek: result.kek, answer }
    } catch {
      return null
    }
  }

  #isNew(ephemeral: string, asked: number, at: number): boolean {
    if (Math.abs(at - asked) > WINDOW_SECONDS || this.#seen.has(ephemeral)) return false
    if (this.#seen.size >= MOST_REMEMBERED) {
      for (const [old, when] of this.#seen) if (when + 2 * WINDOW_SECONDS < at) this.#seen.delete(old)
      if (this.#seen.size >= MOST_REMEMBERED) return false
    }
    this.#seen.set(ephemeral, at)
    return true
  }

  #withinRate({ id, perMinute }: KeyGrant, at: number): boolean {
    const minute = Math.floor(at / 60)
    const before = this.#minute.get(id)
    const uses = before?.minute === minute ? before.uses + 1 : 1
    this.#minute.set(id, { minute, uses })
    return uses <= perMinute
  }
}

/** Data keys and keys of indexes have 32 bytes; nothing else is wrapped. */
function secretOf(bytes: Buffer): Buffer {
  if (bytes.length !== 32) throw new Error('not a key')
  return bytes
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex')
