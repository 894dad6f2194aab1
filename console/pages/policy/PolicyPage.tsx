import { useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo } from 'react'
import type { PolicyLine } from '../../../capabilities/overview/contract.ts'
import { policyQuery } from '../../api/queries.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { POLICY } from '../../text/policy.ts'
import { isTyping } from '../../ui/is-typing.ts'
import { Empty } from '../../ui/Notice.tsx'
import { useTitle } from '../../ui/use-title.ts'
import { Filters } from './Filters.tsx'
import { groupsOf } from './groups.ts'
import { Sentence } from './Sentence.tsx'
import { Summary } from './Summary.tsx'

/** The home of the console: the policy as a text, with its live margin. */
export function PolicyPage() {
  const t = useTexts(POLICY)
  const { lang } = useLang()
  const { data: home } = useSuspenseQuery(policyQuery)
  const search = useSearch({ strict: false }) as Readonly<Record<string, string>>
  const { control } = useParams({ strict: false }) as { control?: string }
  const navigate = useNavigate()
  useTitle(control ?? t('title'))

  const shown = useMemo(
    () =>
      home.controls.filter(
        (c) =>
          (search['chapter'] === undefined || c.chapter === search['chapter']) &&
          (search['state'] === undefined || c.state === search['state']) &&
          (search['owner'] === undefined || c.owner === search['owner']),
      ),
    [home, search],
  )
  const groups = useMemo(() => groupsOf(home, shown, search['by'] ?? '', lang), [home, shown, search, lang])
  const go = (to: string | null, filter = search) =>
    void navigate({ to: to === null ? '/policy' : `/policy/${to}`, search: filter, resetScroll: false } as never)

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return
      if (event.key !== 'j' && event.key !== 'k') return
      const links = [...document.querySelectorAll<HTMLElement>('.claim > .id')]
      const at = links.indexOf(document.activeElement as HTMLElement)
      const next = links[event.key === 'j' ? at + 1 : Math.max(0, at - 1)]
      next?.focus()
      next?.scrollIntoView({ block: 'nearest' })
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])

  // Who comes by an address with a sentence in it is shown that sentence.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page opens
  useEffect(() => {
    if (control !== undefined) document.getElementById(control)?.scrollIntoView({ block: 'start' })
  }, [])

  const filtered = shown.length < home.controls.length
  return (
    <div className="sheet">
      <Filters home={home} search={search} onChange={(filter) => go(control ?? null, filter)} />
      <div>
        <h1>{t('title')}</h1>
        <Summary home={home} state={search['state']} onState={(state) => go(null, withState(search, state))} />
        {home.systems === 0 && <NoSystems />}
        {filtered && (
          <p className="filtered">
            {t('filtered', { n: shown.length, total: home.controls.length })}{' '}
            <button type="button" className="link" onClick={() => go(control ?? null, only(search, 'by'))}>
              {t('clear')}
            </button>
          </p>
        )}
        {shown.length === 0 && <Empty title={t('nothing')} />}
        {groups.map((group) => (
          <section key={group.key} aria-labelledby={`g-${group.key}`}>
            <h2 id={`g-${group.key}`}>{group.title}</h2>
            {group.motto !== '' && <p className="lead">{group.motto}</p>}
            <ol className="claims">
              {group.controls.map((line) => (
                <Sentence
                  key={line.id}
                  line={line}
                  open={line.id === control}
                  onToggle={() => go(line.id === control ? null : line.id)}
                />
              ))}
            </ol>
          </section>
        ))}
      </div>
    </div>
  )
}

const only = (search: Readonly<Record<string, string>>, key: string): Record<string, string> =>
  search[key] === undefined ? {} : { [key]: search[key] }

function withState(search: Readonly<Record<string, string>>, state: PolicyLine['state']): Record<string, string> {
  const { state: known, ...rest } = search
  return known === state ? rest : { ...rest, state }
}

function NoSystems() {
  const t = useTexts(POLICY)
  return (
    <Empty title={t('noSystems')}>
      <p>{t('addSystem')}</p>
      <pre>npm run bergfried -- systems add shop --kind endpoint --address shop.example:443</pre>
    </Empty>
  )
}
