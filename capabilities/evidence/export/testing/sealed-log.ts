import { generateKeyPairSync, sign } from 'node:crypto'
import { Tree } from '../../../../engines/tlog/append.ts'
import { signCheckpoint } from '../../../../engines/tlog/checkpoint.ts'
import { cosign } from '../../../../engines/tlog/cosignature.ts'
import {
  COSIGNATURE_ED25519,
  ED25519,
  formatVerifierKey,
  type NoteSigner,
  verifierKey,
} from '../../../../engines/tlog/note.ts'
import { tilePath } from '../../../../engines/tlog/tile.ts'
import type { Database } from '../../../../kernel/db/database.ts'
import { leafOf, type StoredEntry } from '../../../../kernel/ledger/leaf.ts'
import type { PublishedLog } from '../published-log.ts'

/** A key pair that signs notes, in memory. */
export function memorySigner(name: string, type: number = ED25519): NoteSigner {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
  return {
    key: verifierKey(name, type, new Uint8Array(raw)),
    sign: (message) => new Uint8Array(sign(null, message, privateKey)),
  }
}

export interface MemoryLog extends PublishedLog {
  readonly files: Map<string, Uint8Array>
  /** How many entries are sealed. */
  size(): number
  /** Appends leaves and publishes a checkpoint over all of them, cosigned by the witness. */
  seal(leaves: readonly Uint8Array[]): Promise<void>
}

/** A log in memory with one witness. */
export function memoryLog(origin = 'log.example.com', timeSeconds = 1_793_491_200): MemoryLog {
  const signer = memorySigner(origin)
  const witness = memorySigner('witness.example.org', COSIGNATURE_ED25519)
  const files = new Map<string, Uint8Array>()
  const tree = Tree.empty()
  return {
    identity: {
      origin,
      verifierKey: formatVerifierKey(signer.key),
      witnesses: [{ verifierKey: formatVerifierKey(witness.key), url: 'https://witness.example.org' }],
      quorum: 1,
    },
    files,
    size: () => tree.size,
    read: async (path) => files.get(path) ?? null,
    seal: async (leaves) => {
      const { tiles, size, root } = tree.append(leaves)
      for (const { id, bytes } of tiles) files.set(tilePath(id), bytes)
      const note = await signCheckpoint({ origin, size, root, extensions: [] }, signer)
      files.set('checkpoint', Buffer.from(note + (await cosign(note, witness, timeSeconds))))
    },
  }
}

/** The entries of a database from `first` on, as leaves. */
export async function leavesOf(database: Database, first = 0): Promise<Uint8Array[]> {
  const rows = await database
    .stage('bf_audit')
    .query<StoredEntry>(
      'select at, kind, body, salt, leaf from evidence.entry where position >= $1 order by position',
      [first],
    )
  return rows.map(leafOf)
}
