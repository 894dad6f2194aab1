import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../durable.ts'
import { codeOf, failed, refused } from '../errors.ts'
import { type Fits, isCount, isListOf, isObjectOf, isOneOf, isText, orNull, parseShape } from '../shape.ts'

/** Kinds of uses between two collections; more of them are counted together. */
const MOST_KINDS = 2000

const isUse = isObjectOf({
  /** Null: by nobody whom a grant names. */
  grant: orNull(isText(36)),
  holder: isText(100),
  key: isText(63),
  op: isOneOf('wrap', 'unwrap'),
  /** `done`, or why it was refused. */
  outcome: isOneOf('done', 'unproven', 'no_grant', 'over', 'not_allowed', 'rate', 'key_state', 'not_opened', 'late'),
  count: isCount,
  first: isCount,
  last: isCount,
})
export type Use = Fits<typeof isUse>
export type Outcome = Use['outcome']

const isBatch = isObjectOf({ number: isCount, uses: isListOf(isUse, MOST_KINDS + 1) })
export type UseBatch = Fits<typeof isBatch>

const isState = isObjectOf({
  v: isOneOf('1'),
  /** Of the newest batch that was closed. */
  number: isCount,
  /** Handed out, not acknowledged yet. */
  closed: orNull(isBatch),
  open: isListOf(isUse, MOST_KINDS + 1),
})
type State = Fits<typeof isState>

const NAME = 'fields-uses.state'

/**
 * Counts uses of keys, refused ones among them, until the server says that it has them. Nobody is answered before the count is
 * durable; counts that wait for the disk at the same time share one write.
 */
export class Uses {
  readonly #folder: string
  #number: number
  #closed: UseBatch | null
  #open: Map<string, Use>
  #writing: Promise<void> | null = null
  #next: Promise<void> | null = null

  private constructor(folder: string, { number, closed, open }: State) {
    this.#folder = folder
    this.#number = number
    this.#closed = closed
    this.#open = new Map(open.map((use) => [nameOf(use), use]))
  }

  /** @throws {KeeperError} `refused` the record cannot be believed */
  static async open(folder: string): Promise<Uses> {
    const text = await readFile(join(folder, NAME), 'utf8').catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return JSON.stringify({ v: '1', number: 0, closed: null, open: [] })
      throw error
    })
    const state = parseShape(text, isState)
    if (state === null) {
      throw refused(
        'the record of uses of keys is damaged; restore fields-uses.state or remove it',
        'die Aufzeichnung der Schlüsselnutzung ist beschädigt; fields-uses.state wiederherstellen oder entfernen',
        { kind: 'state' },
      )
    }
    return new Uses(folder, state)
  }

  /** Durable when it resolves. */
  count(use: Pick<Use, 'grant' | 'holder' | 'key' | 'op' | 'outcome'>, at: number): Promise<void> {
    const known = this.#open.get(nameOf(use))
    const kind = known === undefined && this.#open.size >= MOST_KINDS ? OTHERS(use) : use
    const before = this.#open.get(nameOf(kind))
    const counted =
      before === undefined
        ? { ...kind, count: 1, first: at, last: at }
        : { ...before, count: before.count + 1, last: at }
    this.#open.set(nameOf(kind), counted)
    return this.#flush()
  }

  /**
   * The next batch, the same one until it is acknowledged; null: nothing happened.
   *
   * @param acknowledged - number of the newest batch that was stored
   */
  async collect(acknowledged: number): Promise<UseBatch | null> {
    if (this.#closed !== null && this.#closed.number <= acknowledged) this.#closed = null
    if (this.#closed === null && this.#open.size > 0) {
      this.#number += 1
      this.#closed = { number: this.#number, uses: [...this.#open.values()] }
      this.#open = new Map()
      await this.#flush()
    }
    return this.#closed
  }

  /** Waits for a write that begins from now on. */
  #flush(): Promise<void> {
    if (this.#writing === null) {
      this.#writing = this.#write().finally(() => {
        this.#writing = null
      })
      return this.#writing
    }
    this.#next ??= this.#writing
      .catch(() => undefined)
      .then(() => {
        this.#next = null
        return this.#flush()
      })
    return this.#next
  }

  async #write(): Promise<void> {
    const state: State = { v: '1', number: this.#number, closed: this.#closed, open: [...this.#open.values()] }
    try {
      await replaceFile(this.#folder, NAME, JSON.stringify(state))
    } catch (error) {
      const where = codeOf(error)
      throw failed(`the folder cannot be written (${where})`, `der Ordner ist nicht beschreibbar (${where})`, {
        cause: error,
      })
    }
  }
}

const nameOf = ({ grant, holder, key, op, outcome }: Pick<Use, 'grant' | 'holder' | 'key' | 'op' | 'outcome'>) =>
  JSON.stringify([grant, holder, key, op, outcome])

const OTHERS = ({ op, outcome }: Pick<Use, 'op' | 'outcome'>) => ({ grant: null, holder: '-', key: '-', op, outcome })
