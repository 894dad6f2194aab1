import type { PolicyHome, PolicyLine } from '../../../capabilities/overview/contract.ts'
import { compare } from '../../text/format.ts'
import { POLICY } from '../../text/policy.ts'
import type { Lang } from '../../text/text.ts'

export interface Group {
  readonly key: string
  readonly title: string
  readonly motto: string
  readonly controls: readonly PolicyLine[]
}

/** The sentences under the policy's own chapters, or under the requirements of a framework that they serve. */
export function groupsOf(home: PolicyHome, shown: readonly PolicyLine[], by: string, lang: Lang): readonly Group[] {
  const framework = home.frameworks.find((f) => f.key === by)
  const groups = framework === undefined ? byChapter(home, shown, lang) : byReference(shown, by, lang)
  return groups.filter((g) => g.controls.length > 0)
}

const byChapter = (home: PolicyHome, shown: readonly PolicyLine[], lang: Lang): readonly Group[] =>
  home.chapters.map(({ id, title, motto }) => ({
    key: id,
    title: title[lang],
    motto: motto[lang],
    controls: shown.filter((c) => c.chapter === id),
  }))

/** A sentence that serves several requirements stands under each of them. */
function byReference(shown: readonly PolicyLine[], framework: string, lang: Lang): readonly Group[] {
  const ids = [...new Set(shown.flatMap((c) => c.references[framework] ?? []))].sort(compare(lang))
  const groups = ids.map((id) => ({
    key: id.replace(/[^\w-]/g, '_'),
    title: id,
    motto: '',
    controls: shown.filter((c) => c.references[framework]?.includes(id)),
  }))
  const rest = shown.filter((c) => (c.references[framework] ?? []).length === 0)
  return [...groups, { key: 'none', title: POLICY.unassigned[lang], motto: '', controls: rest }]
}
