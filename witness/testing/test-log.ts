import { Tree } from '../../engines/tlog/append.ts'
import { utf8 } from '../../engines/tlog/bytes.ts'
import { signCheckpoint } from '../../engines/tlog/checkpoint.ts'
import { ED25519, formatVerifierKey, type NoteSigner } from '../../engines/tlog/note.ts'
import { signer } from '../../engines/tlog/testing/signers.ts'
import { store } from '../../engines/tlog/testing/trees.ts'
import { tilePath } from '../../engines/tlog/tile.ts'
import { consistencyProof } from '../../engines/tlog/tile-reader.ts'
import { formatAddCheckpoint } from '../../engines/tlog/witness-protocol.ts'

/** A log with tiles, a tree and a key, which grows honestly and, by `copy`, in more than one way. */
export class TestLog {
  readonly signer: NoteSigner
  readonly #entries: string[]
  readonly #store = store()
  readonly #tree = Tree.empty()

  constructor(origin: string, entries: readonly string[] = [], seed = 1) {
    this.signer = signer(origin, ED25519, seed)
    this.#entries = []
    if (entries.length > 0) this.append(...entries)
  }

  get verifierKey(): string {
    return formatVerifierKey(this.signer.key)
  }

  get size(): number {
    return this.#tree.size
  }

  get root(): Uint8Array {
    return this.#tree.root
  }

  append(...entries: readonly string[]): this {
    this.#entries.push(...entries)
    for (const { id, bytes } of this.#tree.append(entries.map(utf8)).tiles) {
      this.#store.files.set(tilePath(id), bytes)
    }
    return this
  }

  /** Grows by so many entries that differ from those of any log with another word. */
  grow(count: number, word = 'entry'): this {
    return this.append(...Array.from({ length: count }, (_, i) => `${word} ${this.size + i}`))
  }

  /** The log as it was with its first entries, under the same key: restored, or forked. */
  copy(size = this.size): TestLog {
    return new TestLog(this.signer.key.name, this.#entries.slice(0, size), 1)
  }

  /** The log with one entry rewritten. */
  rewritten(index: number, entry: string): TestLog {
    return new TestLog(this.signer.key.name, this.#entries.with(index, entry), 1)
  }

  note(): Promise<string> {
    const { size, root } = this.#tree
    return signCheckpoint({ origin: this.signer.key.name, size, root, extensions: [] }, this.signer)
  }

  proof(oldSize: number): Promise<Uint8Array[]> {
    return consistencyProof(oldSize, this.size, this.#store.read)
  }

  /** Body of an honest request. */
  async request(oldSize: number): Promise<string> {
    return formatAddCheckpoint({ oldSize, proof: await this.proof(oldSize), note: await this.note() })
  }
}
