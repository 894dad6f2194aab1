import { isSize, toBase64 } from './bytes.ts'
import { type Checkpoint, openCheckpoint, parseCheckpoint } from './checkpoint.ts'
import { ed25519Message, joinCosignature, mlDsaMessage } from './cosigned-message.ts'
import { malformed, TlogError } from './errors.ts'
import {
  COSIGNATURE_ED25519,
  COSIGNATURE_ML_DSA_44,
  formatSignature,
  type NoteSigner,
  parseNote,
  type VerifierKey,
} from './note.ts'
import { verifiedBy } from './verify-note.ts'

/** Whom a reader believes: the log, and at least so many of these witnesses. */
export interface WitnessPolicy {
  readonly log: VerifierKey
  readonly witnesses: readonly VerifierKey[]
  readonly quorum: number
}

export interface Cosigner {
  readonly name: string
  /** When the witness saw this as the largest tree, seconds since 1970. */
  readonly time: number
}

export interface Witnessed {
  readonly checkpoint: Checkpoint
  readonly cosigners: readonly Cosigner[]
}

/**
 * Cosigns a checkpoint (C2SP tlog-cosignature). Whoever calls has checked that the log grew consistently.
 *
 * @param timeSeconds - since 1970
 * @returns one signature line with its line break
 */
export async function cosign(note: string, signer: NoteSigner, timeSeconds: number): Promise<string> {
  const { text } = parseNote(note)
  parseCheckpoint(text)
  if (!isSize(timeSeconds)) throw malformed('no time in seconds')
  const { name, keyId, type } = signer.key
  const message =
    type === COSIGNATURE_ED25519
      ? ed25519Message(text, timeSeconds)
      : type === COSIGNATURE_ML_DSA_44
        ? mlDsaMessage(text, timeSeconds, name)
        : null
  if (message === null) throw malformed('not the key of a witness')
  return formatSignature({ name, keyId, signature: joinCosignature(timeSeconds, await signer.sign(message)) })
}

/**
 * Verifies a checkpoint with the cosignatures that a reader asks for. A name counts once, and so does a public key: what an
 * Ed25519 witness signs does not hold its name, so that one signature could be passed off under two.
 *
 * @throws {TlogError} `unverified`, `quorum` too few witnesses, `malformed`
 */
export async function verifyWitnessed(note: string, policy: WitnessPolicy): Promise<Witnessed> {
  if (!isSize(policy.quorum)) throw malformed('no number of witnesses')
  const checkpoint = await openCheckpoint(note, policy.log)
  const verified = await verifiedBy(parseNote(note), policy.witnesses)
  const cosigners = new Map<string, Cosigner>()
  const nameOf = new Map<string, string>()
  for (const { key, time } of verified) {
    if (time === null) continue
    const material = toBase64(key.publicKey)
    const name = nameOf.get(material) ?? key.name
    nameOf.set(material, name)
    cosigners.set(name, { name, time: Math.max(time, cosigners.get(name)?.time ?? 0) })
  }
  if (cosigners.size < policy.quorum) {
    throw new TlogError('quorum', `${cosigners.size} of ${policy.quorum} witnesses confirmed this checkpoint`)
  }
  return { checkpoint, cosigners: [...cosigners.values()] }
}
