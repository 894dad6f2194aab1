import { equal } from '../engines/tlog/bytes.ts'
import { verifyConsistency } from '../engines/tlog/proof.ts'

/** A tree by its size and the root over it. */
export interface Head {
  readonly size: number
  readonly root: Uint8Array
}

/** What an honestly signed checkpoint says beside the checkpoint that was cosigned last. */
export type Verdict =
  /** The same tree, or one that grew from it. */
  | 'consistent'
  /** The old size of the request is larger than the checkpoint. */
  | 'backwards'
  /** The request starts from another size than the one cosigned last. */
  | 'elsewhere'
  /** Two roots for one size: the log has signed two histories. */
  | 'fork'
  /** The proof does not lead from the one to the other: a wrong proof, or another history. */
  | 'unproved'

/**
 * The rule of a witness (C2SP tlog-witness, add-checkpoint), with nothing but numbers and hashes.
 *
 * @param known - cosigned last; of a log never seen: size 0 and the root of the empty tree
 * @param claim - what the log signed
 */
export function judge(known: Head, claim: Head & { oldSize: number; proof: readonly Uint8Array[] }): Verdict {
  const { oldSize, size, root, proof } = claim
  if (oldSize > size) return 'backwards'
  if (size === known.size && !equal(root, known.root)) return 'fork'
  if (oldSize !== known.size) return 'elsewhere'
  const grown = verifyConsistency({ oldSize, oldRoot: known.root, newSize: size, newRoot: root, proof })
  return grown ? 'consistent' : 'unproved'
}
