import { signCheckpoint } from '../engines/tlog/checkpoint.ts'
import { ED25519, formatVerifierKey, verifierKey } from '../engines/tlog/note.ts'
import { codeOf, failed, KeeperError } from './errors.ts'
import { type Growth, judgeGrowth, type Tree } from './growth.ts'
import type { Journal } from './journal.ts'
import type { Opened } from './opening.ts'
import { openOwn, stateWrittenAt, writeState } from './state.ts'

export interface Signed {
  readonly note: string
  /** The tree was signed before; nothing was written. */
  readonly repeated: boolean
}

/** Signs the growth of one log. At any time at most one signature is being made. */
export class CheckpointLog {
  readonly origin: string
  readonly publicKey: Uint8Array
  readonly verifierKey: string
  readonly refusing: KeeperError | null
  readonly #folder: string
  readonly #journal: Journal
  readonly #opened: Opened
  #note: string | null
  #last: Tree | null
  #turn: Promise<unknown> = Promise.resolve()

  constructor(folder: string, opened: Opened, journal: Journal) {
    this.#folder = folder
    this.#opened = opened
    this.#journal = journal
    this.origin = opened.origin
    this.publicKey = opened.key.publicKey
    this.verifierKey = formatVerifierKey(verifierKey(opened.origin, ED25519, opened.key.publicKey))
    this.refusing = opened.refusing
    this.#note = opened.state?.note ?? null
    this.#last = opened.last
  }

  get last(): Tree | null {
    return this.#last
  }

  /**
   * Signs a tree that has grown from the one signed last, or gives the same note again. Durable before it resolves.
   *
   * @throws {KeeperError} `refused` with `kind` fork, rollback, other_start or state; `failed`
   */
  sign(growth: Growth): Promise<Signed> {
    const signed = this.#turn.then(() => this.#sign(growth))
    this.#turn = signed.catch(() => undefined)
    return signed
  }

  async #sign(growth: Growth): Promise<Signed> {
    if (this.refusing !== null) throw this.refusing
    try {
      const judged = judgeGrowth(this.#last, growth)
      if (judged instanceof KeeperError) throw judged
      const note = judged === 'repeat' && this.#note !== null ? this.#note : await this.#signNew(growth)
      await this.#write(growth)
      return { note, repeated: judged === 'repeat' }
    } catch (error) {
      if (error instanceof KeeperError) throw error
      // Whatever reached the disk, its signature did not leave: what left last is still what is in memory.
      throw failed(
        `the folder cannot be written (${codeOf(error)})`,
        `der Ordner ist nicht beschreibbar (${codeOf(error)})`,
        {
          cause: error,
        },
      )
    }
  }

  async #signNew({ newSize: size, newRoot: root }: Growth): Promise<string> {
    const { key, origin, state } = this.#opened
    const signer = {
      key: verifierKey(origin, ED25519, key.publicKey),
      sign: (message: Uint8Array) => key.sign(message),
    }
    const note = await signCheckpoint({ origin, size, root, extensions: [] }, signer)
    // A token that signs something else must not leave us with a state that does not prove itself.
    if (state === null || (await openOwn(note, origin, key.publicKey)) === null) {
      throw failed('the signature does not hold', 'die Unterschrift hält nicht')
    }
    await writeState(this.#folder, { ...state, note })
    this.#note = note
    this.#last = { size, root }
    return note
  }

  /** The journal knows a signature before anybody else does. */
  async #write({ newSize: size, newRoot: root }: Growth): Promise<void> {
    const { newest } = this.#journal
    if (newest !== null && newest !== 'broken' && newest.size === size) return
    await this.#journal.add({ size, root }, await stateWrittenAt(this.#folder))
  }
}
