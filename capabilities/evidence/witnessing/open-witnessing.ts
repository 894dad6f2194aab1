import { formatNote, type NoteSignature, parseNote, parseVerifierKey } from '../../../engines/tlog/note.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { Refusal } from '../../../kernel/ledger/evidence-log.ts'
import { AskedWitness, type Growth } from './ask-witness.ts'
import { newestValid } from './own-cosignature.ts'
import { refusalOf } from './refusals.ts'

export interface Witnessed {
  /** The checkpoint with every cosignature that holds, one of each witness. */
  readonly note: string
  /** Names of the witnesses that confirmed it. */
  readonly cosigned: readonly string[]
  readonly refused: readonly Refusal[]
}

/** Asks witnesses to confirm that the log only grew. */
export interface Witnessing {
  /**
   * Asks all witnesses at once, each for no longer than the timeout. Who confirmed this note before is not asked again.
   *
   * @param note - a signed checkpoint of `size` entries
   * @param consistencyFrom - consistency proof from an older size, which is at most `size`
   * @throws what `consistencyFrom` throws: that is our own trouble, no witness's
   */
  cosign(
    note: string,
    size: number,
    consistencyFrom: (oldSize: number) => Promise<readonly Uint8Array[]>,
  ): Promise<Witnessed>
}

export interface WitnessingOptions {
  /** `url`: the prefix of submissions (C2SP tlog-witness). */
  readonly witnesses: readonly { readonly verifierKey: string; readonly url: string }[]
  readonly timeoutMs: number
  readonly fetch?: typeof fetch
}

/** @throws {TlogError} `malformed` for a verifier key that is none */
export function openWitnessing({ witnesses, timeoutMs, fetch: fetchIt = fetch }: WitnessingOptions): Witnessing {
  const asked = witnesses.map(
    ({ verifierKey, url }) => new AskedWitness(parseVerifierKey(verifierKey), url, timeoutMs, fetchIt),
  )
  return {
    async cosign(note, size, consistencyFrom) {
      const outcomes = await Promise.all(asked.map((witness) => outcomeOf(witness, { note, size, consistencyFrom })))
      const signatures = outcomes.flatMap(({ signature }) => (signature === null ? [] : [signature]))
      return {
        note: merge(note, signatures, asked),
        cosigned: signatures.map(({ name }) => name),
        refused: outcomes.flatMap(({ refused }) => (refused === null ? [] : [refused])),
      }
    },
  }
}

interface Outcome {
  readonly signature: NoteSignature | null
  readonly refused: Refusal | null
}

async function outcomeOf(witness: AskedWitness, growth: Growth): Promise<Outcome> {
  try {
    const before = await newestValid(growth.note, ownOf(growth.note, witness), witness.key)
    return { signature: before ?? (await witness.cosign(growth)), refused: null }
  } catch (error) {
    if (!(error instanceof BergfriedError) || error.code !== 'witness.refused') throw error
    return { signature: null, refused: refusalOf(error) }
  }
}

const isOf = ({ name, keyId }: NoteSignature, { key }: AskedWitness): boolean =>
  name === key.name && keyId === key.keyId

const ownOf = (note: string, witness: AskedWitness): NoteSignature[] =>
  parseNote(note).signatures.filter((signature) => isOf(signature, witness))

/** The note with one cosignature of each witness; of other signatures it keeps what it has. */
function merge(note: string, cosignatures: readonly NoteSignature[], asked: readonly AskedWitness[]): string {
  const { text, signatures } = parseNote(note)
  const others = signatures.filter((signature) => !asked.some((witness) => isOf(signature, witness)))
  return formatNote(text, [...others, ...cosignatures])
}
