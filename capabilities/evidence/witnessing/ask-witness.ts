import { parseDecimal } from '../../../engines/tlog/bytes.ts'
import { TlogError } from '../../../engines/tlog/errors.ts'
import type { NoteSignature, VerifierKey } from '../../../engines/tlog/note.ts'
import { formatAddCheckpoint } from '../../../engines/tlog/witness-protocol.ts'
import { type BoundedAnswer, post } from './bounded-answer.ts'
import { ownCosignature } from './own-cosignature.ts'
import { otherHistory, refusal, statusRefusal } from './refusals.ts'

/** A checkpoint to be confirmed, and how it grew. */
export interface Growth {
  readonly note: string
  readonly size: number
  consistencyFrom(oldSize: number): Promise<readonly Uint8Array[]>
}

/** The first guess, what the witness says instead, and once more where it cosigned meanwhile. */
const MOST_ATTEMPTS = 3

/** One witness as the log knows it, with the size that it cosigned last as far as is known. */
export class AskedWitness {
  readonly key: VerifierKey
  readonly #url: string
  readonly #timeoutMs: number
  readonly #fetch: typeof fetch
  #cosigned = 0

  /** @param prefix - of submissions: `add-checkpoint` is below it */
  constructor(key: VerifierKey, prefix: string, timeoutMs: number, fetchIt: typeof fetch) {
    this.key = key
    this.#url = `${prefix.replace(/\/+$/, '')}/add-checkpoint`
    this.#timeoutMs = timeoutMs
    this.#fetch = fetchIt
  }

  /**
   * Asks for a cosignature (C2SP tlog-witness). Only what the witness's own key has signed is believed.
   *
   * @throws {BergfriedError} `witness.refused`; and what `consistencyFrom` throws
   */
  async cosign(growth: Growth): Promise<NoteSignature> {
    const signal = AbortSignal.timeout(this.#timeoutMs)
    const { name } = this.key
    // A guess only: where it is wrong the witness says so.
    let oldSize = this.#cosigned <= growth.size ? this.#cosigned : 0
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const answer = await this.#post(await this.#bodyOf(growth, oldSize), signal)
      if (answer.status === 200) {
        const signature = await ownCosignature(growth.note, answer.text, this.key)
        this.#cosigned = growth.size
        return signature
      }
      if (answer.status !== 409) throw statusRefusal(name, answer.status)
      oldSize = this.#sizeFrom(answer, growth.size, oldSize)
      this.#cosigned = oldSize
    }
    throw refusal(name, 'it names another size at every attempt', 'er nennt bei jedem Versuch eine andere Größe')
  }

  async #bodyOf(growth: Growth, oldSize: number): Promise<string> {
    const proof = await growth.consistencyFrom(oldSize)
    try {
      return formatAddCheckpoint({ oldSize, proof, note: growth.note })
    } catch (error) {
      if (!(error instanceof TlogError)) throw error
      const { name } = this.key
      throw refusal(name, `it cannot be asked: ${error.message}`, `er lässt sich nicht fragen: ${error.message}`)
    }
  }

  /** The size that the witness says it cosigned last, where that makes sense. */
  #sizeFrom({ type, text }: BoundedAnswer, size: number, asked: number): number {
    const { name } = this.key
    const said = type === 'text/x.tlog.size' && text?.endsWith('\n') === true ? parseDecimal(text.slice(0, -1)) : null
    if (asked === size && (said === null || said === size)) {
      throw otherHistory(
        name,
        `ANOTHER HISTORY: at size ${size} it has confirmed another tree than this one (409)`,
        `ANDERE GESCHICHTE: zur Größe ${size} hat er einen anderen Baum bestätigt als diesen (409)`,
      )
    }
    if (said === null) throw refusal(name, 'it answers 409 without a size', 'er antwortet 409 ohne eine Größe')
    if (said > size) {
      throw otherHistory(
        name,
        `ANOTHER HISTORY: it has confirmed ${said} entries, this log has ${size} (409); was the log rolled back?`,
        `ANDERE GESCHICHTE: er hat ${said} Einträge bestätigt, dieses Protokoll hat ${size} (409); wurde es zurückgesetzt?`,
      )
    }
    if (said === asked) {
      throw refusal(
        name,
        `it refuses the size that it names itself (${said})`,
        `er weist die Größe zurück, die er selbst nennt (${said})`,
      )
    }
    return said
  }

  async #post(body: string, signal: AbortSignal): Promise<BoundedAnswer> {
    try {
      return await post(this.#fetch, this.#url, body, signal)
    } catch (error) {
      const { name } = this.key
      if (signal.aborted) {
        const seconds = Math.round(this.#timeoutMs / 100) / 10
        throw refusal(name, `no whole answer within ${seconds} s`, `keine ganze Antwort in ${seconds} s`)
      }
      const code = causeOf(error)
      throw refusal(name, `cannot be reached (${code})`, `nicht erreichbar (${code})`)
    }
  }
}

/** What lies below "fetch failed": a code such as ECONNREFUSED, never what the other side wrote. */
function causeOf(error: unknown): string {
  const cause = (error as { cause?: { code?: unknown } } | null)?.cause
  return typeof cause?.code === 'string' ? cause.code : 'network'
}
