import { type Checkpoint, parseCheckpoint } from '../engines/tlog/checkpoint.ts'
import { cosign } from '../engines/tlog/cosignature.ts'
import { TlogError } from '../engines/tlog/errors.ts'
import { EMPTY_ROOT } from '../engines/tlog/merkle.ts'
import { formatNote, type Note, parseNote, type VerifierKey } from '../engines/tlog/note.ts'
import { verifiedBy } from '../engines/tlog/verify-note.ts'
import { type AddCheckpoint, parseAddCheckpoint } from '../engines/tlog/witness-protocol.ts'
import { type Answer, conflict, exact, plain } from './answer.ts'
import { type Head, judge } from './judge.ts'
import type { LogList } from './log-list.ts'
import { Serial } from './serial.ts'
import type { ConflictKind, ConflictStore } from './store/conflict-store.ts'
import type { Identity } from './store/key-file.ts'
import type { StateStore } from './store/state-store.ts'
import type { Clock } from './terminal.ts'

/** What happened that the operator must hear of. */
export type Event =
  | { readonly is: ConflictKind; readonly origin: string; readonly size: number; readonly file: string | null }
  | { readonly is: 'not_kept'; readonly origin: string; readonly error: unknown }

export interface WitnessParts {
  readonly identity: Identity
  readonly states: StateStore
  readonly conflicts: ConflictStore
  readonly clock: Clock
  readonly onEvent: (event: Event) => void
}

/** A checkpoint whose log is known and did sign it. */
interface Submitted {
  readonly request: AddCheckpoint
  readonly checkpoint: Checkpoint
  /** Text and the signatures of the log alone: what others signed along is not ours to keep. */
  readonly note: string
}

const MOST_AT_ONCE = 256
const MOST_WAITING_PER_LOG = 32
const LATER = { 'retry-after': '1' }
const MOST_KEPT_CHARACTERS = 64 * 1024
const NEVER_SEEN: Head = { size: 0, root: EMPTY_ROOT }

/** Cosigns what grew from what it cosigned before, and nothing else (C2SP tlog-witness). */
export class Witness {
  readonly parts: WitnessParts
  #logs: LogList
  readonly #serial = new Serial(MOST_WAITING_PER_LOG)
  #atOnce = 0

  constructor(parts: WitnessParts, logs: LogList) {
    this.parts = parts
    this.#logs = logs
  }

  get logs(): LogList {
    return this.#logs
  }

  /** Takes another list of logs. What was seen of logs that are no longer on it is kept. */
  set logs(logs: LogList) {
    this.#logs = logs
  }

  /** @param body - of a POST to `add-checkpoint` */
  async addCheckpoint(body: string): Promise<Answer> {
    if (this.#atOnce >= MOST_AT_ONCE) return plain(503, 'too many requests at once', LATER)
    this.#atOnce += 1
    try {
      return await this.#add(body)
    } finally {
      this.#atOnce -= 1
    }
  }

  async #add(body: string): Promise<Answer> {
    const submitted = await this.#read(body)
    if ('status' in submitted) return submitted
    // Comparing and keeping are one step: without it a slower request could take back a larger tree.
    const answer = await this.#serial.run(submitted.checkpoint.origin, () => this.#decide(submitted))
    return answer ?? plain(503, 'too many requests for this log at once', LATER)
  }

  async #read(body: string): Promise<Submitted | Answer> {
    let note: Note
    let request: AddCheckpoint
    let checkpoint: Checkpoint
    try {
      request = parseAddCheckpoint(body)
      note = parseNote(request.note)
      checkpoint = parseCheckpoint(note.text)
    } catch (error) {
      if (error instanceof TlogError) return plain(400, error.message)
      throw error
    }
    const keys = this.#logs.get(checkpoint.origin)
    if (keys === undefined) return plain(404, 'this witness does not know the log')
    const signed = await signedBy(note, keys)
    if (signed === null) return plain(403, 'no known key of the log signed this checkpoint')
    // With our cosignatures it must still be a note that can be read again.
    if (signed.length > MOST_KEPT_CHARACTERS) return plain(400, 'the checkpoint is too long')
    return { request, checkpoint, note: signed }
  }

  async #decide({ request, checkpoint, note }: Submitted): Promise<Answer> {
    const { states } = this.parts
    const { origin, size, root } = checkpoint
    if (states.isStuck(origin)) return plain(503, 'the disk failed; this log waits for a restart of the witness')
    const known = states.get(origin) ?? NEVER_SEEN
    const { oldSize, proof } = request
    const verdict = judge(known, { oldSize, proof, size, root })
    if (verdict === 'backwards') return plain(400, 'the old size is larger than the checkpoint')
    if (verdict === 'elsewhere') return conflict(known.size)
    if (verdict === 'consistent') return this.#cosign(checkpoint, note)
    await this.#accuse(verdict, { request, checkpoint, note })
    return verdict === 'fork' ? conflict(known.size) : plain(422, 'the proof does not lead to this checkpoint')
  }

  async #cosign({ origin, size, root, extensions }: Checkpoint, note: string): Promise<Answer> {
    const { identity, states, conflicts, clock } = this.parts
    // What a cosignature says of its time stays true where the clock was set back.
    const time = Math.max(Math.floor(clock.now().getTime() / 1000), states.get(origin)?.time ?? 0)
    // What ML-DSA signs does not hold extension lines: then Ed25519 alone can speak for the text.
    const signers = extensions.length === 0 ? identity.signers : identity.signers.slice(0, 1)
    const lines = (await Promise.all(signers.map((signer) => cosign(note, signer, time)))).join('')
    try {
      await states.put({ origin, size, root, note: `${note}${lines}`, time })
    } catch (error) {
      this.parts.onEvent({ is: 'not_kept', origin, error })
      return plain(503, 'the checkpoint could not be kept', { 'retry-after': '10' })
    }
    await conflicts.resolve(origin, note).catch(() => undefined)
    return exact(lines)
  }

  async #accuse(is: ConflictKind, { request, checkpoint, note }: Submitted): Promise<void> {
    const { states, conflicts, clock, identity } = this.parts
    const { origin, size } = checkpoint
    const known = states.get(origin)
    // Without anything seen there is nothing to contradict: only a proof where none belongs.
    if (known === null) return
    const { oldSize, proof } = request
    const at = clock.now().toISOString()
    const own = new Set(identity.signers.map(({ key }) => key.keyId))
    const before = parseNote(known.note)
    const knownNote = formatNote(
      before.text,
      before.signatures.filter((s) => s.name !== identity.name || !own.has(s.keyId)),
    )
    try {
      const file = await conflicts.add({ kind: is, at, origin, known: knownNote, submitted: note, oldSize, proof })
      if (file !== null) this.parts.onEvent({ is, origin, size, file })
    } catch (error) {
      this.parts.onEvent({ is, origin, size, file: null })
      this.parts.onEvent({ is: 'not_kept', origin, error })
    }
  }
}

/** The note with the signatures of the log alone, or null where there is none or one that does not hold. */
async function signedBy(note: Note, keys: readonly VerifierKey[]): Promise<string | null> {
  try {
    const verified = await verifiedBy(note, keys)
    if (verified.length === 0) return null
    // One signature of each key, however many were sent.
    const kept = verified.flatMap(({ key }) =>
      note.signatures.filter((s) => s.name === key.name && s.keyId === key.keyId).slice(0, 1),
    )
    return formatNote(note.text, kept)
  } catch (error) {
    if (error instanceof TlogError) return null
    throw error
  }
}
