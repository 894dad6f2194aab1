import type { Text } from './errors.ts'
import type { Proof } from './prove.ts'
import type { Report, ReportedEnd, ReportedSession } from './server-link.ts'

const MOST_ENTRIES = 10_000
const MOST_PROBLEMS = 200

type Contents = Pick<Report, 'ended' | 'proofs' | 'problems'>

/** What the server has not been told yet. Nothing leaves it before the server has taken it. */
export class Outbox {
  #ended: readonly ReportedEnd[] = []
  #proofs: readonly Proof[] = []
  /** By their English text: the same problem is told once a report. */
  readonly #problems = new Map<string, Text>()
  /** Problems that the server has been told lately. */
  readonly #known = new Set<string>()
  #told = ''

  ended(entry: ReportedEnd): void {
    this.#ended = [...this.#ended, entry].slice(-MOST_ENTRIES)
  }

  proved(proof: Proof): void {
    this.#proofs = [...this.#proofs, proof].slice(-MOST_ENTRIES)
  }

  problem(text: Text): void {
    if (this.#problems.size < MOST_PROBLEMS && !this.#known.has(text.en)) this.#problems.set(text.en, text)
  }

  /**
   * What there is to tell.
   *
   * @param always also where there is nothing new; what goes on being a problem is told again then
   * @returns null where the server knows it all
   */
  next(applied: number, sessions: readonly ReportedSession[], always: boolean): Report | null {
    if (always) this.#known.clear()
    const contents = { ended: this.#ended, proofs: this.#proofs, problems: [...this.#problems.values()] }
    const news = contents.ended.length + contents.proofs.length + contents.problems.length > 0
    const changed = stateOf(applied, sessions) !== this.#told
    return always || news || changed ? { applied, sessions, ...contents } : null
  }

  /** Forgets what a report told and the server took. */
  taken({ applied, sessions, ended, proofs, problems }: Report): void {
    const told: Contents = { ended, proofs, problems }
    this.#ended = this.#ended.filter((entry) => !told.ended.includes(entry))
    this.#proofs = this.#proofs.filter((proof) => !told.proofs.includes(proof))
    for (const { en } of told.problems) {
      this.#problems.delete(en)
      this.#known.add(en)
    }
    this.#told = stateOf(applied, sessions)
  }
}

const stateOf = (applied: number, sessions: readonly ReportedSession[]): string => JSON.stringify([applied, sessions])
