import type { Permission, RouteDeps } from '../../../kernel/http/route.ts'
import type { SearchView } from '../contract-live.ts'
import { EVERYTHING } from './finding-question.ts'
import { findingTable } from './findings.ts'
import { hasAll, wordsOf } from './order.ts'
import { personTable } from './people.ts'

type Deps = Pick<RouteDeps, 'database' | 'policy' | 'checks' | 'clock' | 'systems'>
type Hit = SearchView['hits'][number]
const MOST = 8

/** What a person looks for by a few words; of what the caller may not read nothing is told, not even that it is there. */
export async function searchAll(deps: Deps, q: string, may: (permission: Permission) => boolean): Promise<SearchView> {
  const words = wordsOf(q)
  if (words.length === 0) return { hits: [] }
  const { policy, checks, systems } = deps
  const hits: Hit[] = policy.controls
    .filter((c) => hasAll(words, c.id, c.claim.de, c.claim.en))
    .slice(0, MOST)
    .map((c) => ({ kind: 'control', id: c.id, title: { de: c.id, en: c.id }, detail: c.claim }))
  if (may('read')) {
    hits.push(
      ...systems
        .filter((s) => hasAll(words, s.name, s.kind))
        .slice(0, MOST)
        .map((s): Hit => ({ kind: 'system', id: s.name, title: same(s.name), detail: same(s.kind) })),
      ...[...checks.values()]
        .filter((c) => hasAll(words, c.id, c.title.de, c.title.en))
        .slice(0, MOST)
        .map((c): Hit => ({ kind: 'check', id: c.id, title: c.title, detail: same(c.id) })),
    )
    const { rows } = await findingTable(deps, { ...EVERYTHING, q, limit: MOST })
    hits.push(
      ...rows.map(
        (f): Hit => ({ kind: 'finding', id: String(f.id), title: same(`${f.system} / ${f.resource}`), detail: f.text }),
      ),
    )
  }
  if (may('people')) {
    const { rows } = await personTable(deps, { q, sort: 'name', offset: 0, limit: MOST, status: undefined })
    hits.push(...rows.map((p): Hit => ({ kind: 'person', id: p.person, title: same(p.name), detail: same(p.person) })))
  }
  return { hits }
}

const same = (text: string) => ({ de: text, en: text })
