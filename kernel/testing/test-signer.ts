import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import { signCheckpoint } from '../../engines/tlog/checkpoint.ts'
import { EMPTY_ROOT } from '../../engines/tlog/merkle.ts'
import { ED25519, formatVerifierKey, type NoteSigner, verifierKey } from '../../engines/tlog/note.ts'
import { verifyConsistency } from '../../engines/tlog/proof.ts'
import { BergfriedError } from '../errors.ts'
import type { CheckpointSigner } from '../ledger/evidence-log.ts'

/** A signer of notes whose key comes from a number: the same at every run. */
export function testNoteSigner(name: string, seed: number, type = ED25519): NoteSigner & { readonly vkey: string } {
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, seed)])
  const privateKey: KeyObject = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  const key = verifierKey(name, type, new Uint8Array(spki.subarray(-32)))
  return { key, vkey: formatVerifierKey(key), sign: (message) => sign(null, message, privateKey) }
}

/** Signs as the keeper does, in this process: growth from what it signed last, and nothing else. */
export interface TestCheckpointSigner extends CheckpointSigner {
  /** What it remembers; a test may turn it back. */
  state: { size: number; root: Uint8Array } | null
}

export function testCheckpointSigner(origin = 'log.example.com/test', seed = 1): TestCheckpointSigner {
  const signer = testNoteSigner(origin, seed)
  const own: TestCheckpointSigner = {
    origin,
    verifierKey: signer.vkey,
    state: null,
    last: async () => own.state,
    sign: async ({ oldSize, newSize, newRoot, consistency }) => {
      const last = own.state ?? { size: 0, root: EMPTY_ROOT }
      const grows =
        last.size === oldSize &&
        verifyConsistency({ oldSize, oldRoot: last.root, newSize, newRoot, proof: consistency })
      if (!grows) {
        throw new BergfriedError('keeper.refused', {
          reason: `${oldSize} to ${newSize} is no growth from ${last.size}`,
          reasonDe: `${oldSize} bis ${newSize} wächst nicht aus ${last.size}`,
        })
      }
      own.state = { size: newSize, root: newRoot.slice() }
      return signCheckpoint({ origin, size: newSize, root: newRoot, extensions: [] }, signer)
    },
  }
  return own
}
