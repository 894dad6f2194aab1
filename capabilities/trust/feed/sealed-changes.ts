import { parseCheckpoint } from '../../../engines/tlog/checkpoint.ts'
import { leafHash } from '../../../engines/tlog/merkle.ts'
import { parseNote } from '../../../engines/tlog/note.ts'
import { parseProof } from '../../../engines/tlog/offline-proof.ts'
import { verifyInclusion } from '../../../engines/tlog/proof.ts'
import type { StagePool } from '../../../kernel/db/database.ts'
import type { EvidenceLog } from '../../../kernel/ledger/evidence-log.ts'
import type { Sealed } from '../../../verifier/statement-steps.ts'
import type { ShownControl } from '../../../verifier/trust-document.ts'
import { type SealedStatement, statementsFrom } from './sealed-statements.ts'

type State = ShownControl['state']

/** What one sealed statement says differently from the one before it. */
export interface SealedChange {
  readonly at: string
  /** Of the statement's first part in the log. */
  readonly position: number
  /** `from`: null where the promise was not there before. */
  readonly changes: readonly { readonly id: string; readonly from: State | null; readonly to: State }[]
}

/** So many changes are kept, and so many statements are looked back at when the first reader asks. */
const MOST_CHANGES = 60
const LOOK_BACK = 4_000

/**
 * The changes of the public states, as sealed. Reads each statement once, going on from where it stood; keeps a change only
 * when the log itself vouches for the statement that tells of it.
 */
export class SealedChanges {
  readonly #pool: StagePool
  readonly #evidence: EvidenceLog
  #changes: readonly SealedChange[] = []
  #last: ReadonlyMap<string, State> | null = null
  /** Statements below this place were read; null: none yet. */
  #readTo: number | null = null
  #reading: Promise<void> = Promise.resolve()

  /** @param pool - as `bf_publish` */
  constructor(pool: StagePool, evidence: EvidenceLog) {
    this.#pool = pool
    this.#evidence = evidence
  }

  /** Newest first, below a size of the log. One reader reads, the others wait for it. */
  async upTo(size: number): Promise<readonly SealedChange[]> {
    const mine = this.#reading.catch(() => undefined).then(() => this.#read(size))
    this.#reading = mine
    await mine
    return this.#changes
  }

  async #read(size: number): Promise<void> {
    this.#readTo ??= await this.#start(size)
    for await (const statement of statementsFrom(this.#pool, this.#readTo, size)) {
      const change = this.#compare(statement)
      if (change === 'same' || (await this.#vouched(statement))) {
        this.#last = statesOf(statement.sealed)
        if (change !== 'same' && change !== 'first') this.#changes = [change, ...this.#changes].slice(0, MOST_CHANGES)
      }
      this.#readTo = statement.end
    }
  }

  async #start(size: number): Promise<number> {
    const [row] = await this.#pool.query<{ position: number }>(
      `select position from evidence.entry where kind = 'statement' and position < $1
       order by position desc offset ${LOOK_BACK} limit 1`,
      [size],
    )
    return row === undefined ? 0 : row.position + 1
  }

  #compare({ sealed, parts }: SealedStatement): SealedChange | 'same' | 'first' {
    const [before, now] = [this.#last, statesOf(sealed)]
    if (before === null) return 'first'
    const changes = [...now].flatMap(([id, to]) => {
      const from = before.get(id) ?? null
      return from === to ? [] : [{ id, from, to }]
    })
    return changes.length === 0 ? 'same' : { at: sealed.at, position: parts[0]?.position ?? 0, changes }
  }

  /** Whether these very bytes are in the published tree: rows of the database alone prove nothing. */
  async #vouched({ parts }: SealedStatement): Promise<boolean> {
    for (const { position, entry } of parts) {
      const { index, proof, note } = parseProof(await this.#evidence.proofOf(position))
      const { size, root } = parseCheckpoint(parseNote(note).text)
      const leaf = leafHash(new TextEncoder().encode(entry))
      if (index !== position || !verifyInclusion({ leaf, index, size, proof, root })) return false
    }
    return true
  }
}

const statesOf = (sealed: Sealed): ReadonlyMap<string, State> =>
  new Map(sealed.controls.map((c) => [c.id, c.state as State]))
