import type { ControlVerdict } from '../../../kernel/check/verdicts.ts'
import type { RouteDeps } from '../../../kernel/http/route.ts'
import type { PolicyHome, PolicyLine } from '../contract.ts'
import { verdictsNow } from '../standing/verdicts-now.ts'
import { Histories } from './history.ts'
import { Sinces } from './sinces.ts'
import { worstOf, worstRows } from './worst-rows.ts'

export type HomeDeps = Pick<RouteDeps, 'database' | 'policy' | 'checks' | 'clock' | 'systems' | 'evidence'>

/** So long the same answer is given again: many consoles that ask at once, because something changed, cost one. */
const SAME_MS = 2_000

/** The whole document with its live margins; many readers at once are one question. */
export class PolicyHomes {
  readonly #deps: HomeDeps
  readonly #histories: Histories
  readonly #sinces: Sinces
  #made: { readonly at: number; readonly home: Promise<PolicyHome> } | null = null

  constructor(deps: HomeDeps) {
    this.#deps = deps
    this.#histories = new Histories(deps.database.stage('bf_publish'))
    this.#sinces = new Sinces(deps.database.stage('bf_publish'))
  }

  current(): Promise<PolicyHome> {
    const at = this.#deps.clock.now()
    const known = this.#made
    if (known !== null && Math.abs(at.getTime() - known.at) < SAME_MS) return known.home
    const made = { at: at.getTime(), home: this.#make(at) }
    this.#made = made
    made.home.catch(() => {
      if (this.#made === made) this.#made = null
    })
    return made.home
  }

  async #make(at: Date): Promise<PolicyHome> {
    const { policy, checks, database, evidence, systems } = this.#deps
    const pool = database.stage('bf_publish')
    const [verdicts, histories, sinces, judged, worst, status] = await Promise.all([
      verdictsNow(this.#deps, policy.controls, at),
      this.#histories.of(
        policy.controls.map((c) => c.id),
        at,
      ),
      this.#sinces.current(),
      pool.query<{ at: Date | null }>('select max(at) as at from finding.judgement'),
      worstRows(pool, [...checks.values()], at),
      evidence?.status() ?? null,
    ])
    return {
      at: at.toISOString(),
      chapters: policy.chapters.map(({ id, title, motto }) => ({ id, title, motto })),
      frameworks: policy.frameworks.map(({ key, name, version }) => ({ key, name, version })),
      roles: policy.roles.map(({ key, title }) => ({ key, title })),
      controls: verdicts.map((v) => ({
        ...lineOf(v),
        since: sinceOf(v, sinces.get(v.control.id)),
        worst: worstOf(v.checks.map(({ check }) => worst.get(check.id)).filter((row) => row !== undefined)),
        history: histories.get(v.control.id) ?? '',
      })),
      lastJudgedAt: judged[0]?.at?.toISOString() ?? null,
      sealed:
        status === null || status.publishedAt === null
          ? null
          : { size: status.sealed, at: status.publishedAt.toISOString() },
      systems: systems.filter((s) => s.kind !== 'register' && s.kind !== 'product').length,
    }
  }
}

/** What the verdict itself says of a line. */
export function lineOf(v: ControlVerdict): Omit<PolicyLine, 'since' | 'worst' | 'history'> {
  const { control, counts } = v
  return {
    id: control.id,
    chapter: control.chapter,
    claim: control.claim,
    owner: control.owner,
    references: control.references,
    public: control.public,
    state: v.state,
    measuredAt: v.measuredAt?.toISOString() ?? null,
    counts,
    population: v.population,
    systems: Math.max(0, ...v.checks.map((c) => c.tally.systems)),
    checks: control.checks.length,
    open: counts.alarm + counts.error + counts.stale,
  }
}

/** Null where the state that was recorded is not the one that is derived now: since when is then not known. */
const sinceOf = (v: ControlVerdict, recorded: { state: string; since: Date } | undefined): string | null =>
  recorded?.state === v.state ? recorded.since.toISOString() : null
