import { generateKeyPairSync, sign } from 'node:crypto'
import { Tree } from '../../engines/tlog/append.ts'
import { utf8 } from '../../engines/tlog/bytes.ts'
import { signCheckpoint } from '../../engines/tlog/checkpoint.ts'
import { cosign } from '../../engines/tlog/cosignature.ts'
import {
  COSIGNATURE_ED25519,
  ED25519,
  formatVerifierKey,
  type NoteSigner,
  verifierKey,
} from '../../engines/tlog/note.ts'
import { formatProof } from '../../engines/tlog/offline-proof.ts'
import { parseTilePath, TILE_WIDTH, tilePath } from '../../engines/tlog/tile.ts'
import { inclusionProof, type ReadTile } from '../../engines/tlog/tile-reader.ts'

/** A fresh key that signs in memory. */
export function newSigner(name: string, type: number = ED25519): NoteSigner {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }).subarray(-32))
  return { key: verifierKey(name, type, raw), sign: (message) => new Uint8Array(sign(null, message, privateKey)) }
}

export const newWitness = (name: string): NoteSigner => newSigner(name, COSIGNATURE_ED25519)

export interface TestLogOptions {
  readonly signer?: NoteSigner
  readonly witnesses?: readonly NoteSigner[]
  readonly quorum?: number
}

/** A real log in memory: tiles, bundles and checkpoints as the server writes them. */
export class TestLog {
  readonly signer: NoteSigner
  readonly witnesses: readonly NoteSigner[]
  readonly quorum: number
  readonly files = new Map<string, Uint8Array>()
  readonly #tree = Tree.empty()

  constructor(options: TestLogOptions = {}) {
    this.signer = options.signer ?? newSigner('log.example.com')
    this.witnesses = options.witnesses ?? []
    this.quorum = options.quorum ?? this.witnesses.length
  }

  get size(): number {
    return this.#tree.size
  }

  get identity() {
    return {
      origin: this.signer.key.name,
      verifierKey: formatVerifierKey(this.signer.key),
      witnesses: this.witnesses.map(({ key }) => ({
        verifierKey: formatVerifierKey(key),
        url: `https://${key.name}/`,
      })),
      quorum: this.quorum,
    }
  }

  /** Appends entries and publishes a checkpoint over all of them, cosigned by the witnesses at `at`. */
  async seal(entries: readonly string[], at: Date, cosigners = this.witnesses): Promise<void> {
    const { tiles, size, root } = this.#tree.append(entries.map(utf8))
    for (const { id, bytes } of tiles) this.files.set(tilePath(id), bytes)
    const { name } = this.signer.key
    let note = await signCheckpoint({ origin: name, size, root, extensions: [] }, this.signer)
    const bare = note
    for (const witness of cosigners) note += await cosign(bare, witness, Math.floor(at.getTime() / 1000))
    this.files.set('checkpoint', utf8(note))
  }

  readonly read = async (path: string): Promise<Uint8Array | null> => this.files.get(path) ?? null

  readonly readTile: ReadTile = async (id) => {
    const bytes = this.files.get(tilePath(id))
    if (bytes === undefined) throw new Error(`no ${tilePath(id)}`)
    return bytes
  }

  /** Proof of an entry under the published checkpoint. */
  async proofOf(index: number): Promise<string> {
    const note = new TextDecoder().decode(this.files.get('checkpoint'))
    return formatProof({ index, proof: await inclusionProof(index, this.size, this.readTile), note })
  }

  /** Drops partial tiles, as a log may once a full one takes their place. */
  prune(): void {
    for (const path of [...this.files.keys()]) {
      const id = parseTilePath(path)
      if (id !== null && id.width < TILE_WIDTH && this.files.has(tilePath({ ...id, width: TILE_WIDTH }))) {
        this.files.delete(path)
      }
    }
  }
}
