import { type ControlVerdict, controlVerdicts } from '../../../kernel/check/verdicts.ts'
import type { RouteDeps } from '../../../kernel/http/route.ts'
import type { PolicyHome, PolicyLine } from '../contract.ts'
import { Histories } from './history.ts'
import { worstRows } from './worst-rows.ts'

export type HomeDeps = Pick<RouteDeps, 'database' | 'policy' | 'checks' | 'clock' | 'systems' | 'evidence'>

/** How long an answer is given again. Short enough that nothing stays green that is not: ages alone move meanwhile. */
const SAME_MS = 2_000

/** The whole document with its live margins; many readers at once are one question. */
export class PolicyHomes {
  readonly #deps: HomeDeps
  readonly #histories: Histories
  #made: { readonly at: number; readonly home: Promise<PolicyHome> } | null = null

  constructor(deps: HomeDeps) {
    this.#deps = deps
    this.#histories = new Histories(deps.database.stage('bf_publish'))
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
    const verdicts = await controlVerdicts(pool, { policy, checks, systems: null, at, current: true })
    const ids = policy.controls.map((c) => c.id)
    const [histories, since, judged, worst, status] = await Promise.all([
      this.#histories.of(ids, at),
      pool.query<{ control: string; since: Date }>(SINCE),
      pool.query<{ at: Date | null }>('select max(at) as at from finding.judgement'),
      worstRows(pool, [...checks.values()], at),
      evidence?.status() ?? null,
    ])
    const sinces = new Map(since.map((row) => [row.control, row.since]))
    return {
      at: at.toISOString(),
      chapters: policy.chapters.map(({ id, title, motto }) => ({ id, title, motto })),
      frameworks: policy.frameworks.map(({ key, name, version }) => ({ key, name, version })),
      roles: policy.roles.map(({ key, title }) => ({ key, title })),
      controls: verdicts.map((v) => ({
        ...lineOf(v),
        since: sinces.get(v.control.id)?.toISOString() ?? null,
        worst: v.checks.map(({ check }) => worst.get(check.id)).find((row) => row !== undefined) ?? null,
        history: histories.get(v.control.id) ?? '',
      })),
      lastJudgedAt: judged[0]?.at?.toISOString() ?? null,
      sealed:
        status === null || status.publishedAt === null
          ? null
          : { size: status.sealed, at: status.publishedAt.toISOString() },
      systems: systems.filter((s) => s.kind !== 'register').length,
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

/** A row is also written when only the counts change: the state is as old as the first row after another state. */
export const SINCE = `
  select n.control, coalesce(
    (select max(p.valid_to) from finding.control_state p
     where p.control = n.control and p.state <> n.state and p.valid_to <> 'infinity'),
    (select min(p.valid_from) from finding.control_state p where p.control = n.control)) as since
  from finding.control_state n where n.valid_to = 'infinity'`
