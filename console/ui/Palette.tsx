import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, useDeferredValue, useId, useState } from 'react'
import type { SearchView } from '../../capabilities/overview/contract-live.ts'
import { get, queryOf } from '../api/client.ts'
import { useMay } from '../api/session.ts'
import { useLang, useTexts } from '../text/lang.tsx'
import { SHELL } from '../text/shell.ts'
import { texts } from '../text/text.ts'
import { Dialog } from './Dialog.tsx'
import { useLanguageChoice, useSignOut } from './Tools.tsx'
import { useTheme } from './use-theme.ts'

const WORDS = texts({
  title: { de: 'Suchen und gehen', en: 'Search and go' },
  label: { de: 'Zusage, System, Befund, Person oder Seite', en: 'Promise, system, finding, person or page' },
  page: { de: 'Seite', en: 'Page' },
  control: { de: 'Zusage', en: 'Promise' },
  system: { de: 'System', en: 'System' },
  finding: { de: 'Befund', en: 'Finding' },
  person: { de: 'Person', en: 'Person' },
  check: { de: 'Prüfung', en: 'Check' },
  action: { de: 'Tun', en: 'Do' },
  nothing: { de: 'Nichts gefunden.', en: 'Nothing found.' },
})

interface Target {
  readonly key: string
  readonly kind: keyof typeof WORDS & string
  readonly title: string
  readonly detail: string
  readonly go: () => void
}

const PAGES = [
  ['policy', '/policy', 'policy'],
  ['systems', '/systems', 'read'],
  ['findings', '/findings', 'read'],
  ['people', '/people', 'people'],
  ['evidence', '/evidence', 'read'],
  ['access', '/access', ''],
  ['alerts', '/alerts', 'read'],
  ['network', '/network', 'read'],
  ['blocking', '/blocking', 'read'],
  ['backups', '/backups', 'read'],
  ['account', '/account', ''],
  ['accounts', '/settings/accounts', 'admin'],
  ['organisation', '/settings/organisation', 'admin'],
] as const

const ADDRESS: Readonly<Record<SearchView['hits'][number]['kind'], (id: string) => string>> = {
  control: (id) => `/policy/${encodeURIComponent(id)}`,
  system: (id) => `/systems/${encodeURIComponent(id)}`,
  finding: (id) => `/findings/${encodeURIComponent(id)}`,
  person: (id) => `/people/${encodeURIComponent(id)}`,
  check: (id) => `/findings?check=${encodeURIComponent(id)}`,
}

interface PaletteProps {
  readonly onClose: () => void
  /** Shows the overview of the keys. */
  readonly onKeys: () => void
}

/** Everything by name: type, choose with the arrow keys, go with Enter. */
export function Palette({ onClose, onKeys }: PaletteProps) {
  const t = useTexts(WORDS)
  const shell = useTexts(SHELL)
  const { lang } = useLang()
  const chooseLanguage = useLanguageChoice()
  const { theme, next } = useTheme()
  const signOut = useSignOut()
  const may = useMay()
  const navigate = useNavigate()
  const id = useId()
  const [typed, setTyped] = useState('')
  const [active, setActive] = useState(0)
  const q = useDeferredValue(typed.trim())
  const { data } = useQuery({
    queryKey: ['search', q],
    queryFn: ({ signal }) => get<SearchView>(`/api/search${queryOf({ q })}`, signal),
    enabled: q.length > 0,
    placeholderData: keepPreviousData,
  })
  const to = (href: string) => () => void navigate({ href } as never)
  const fits = ({ title }: Target) => title.toLowerCase().includes(q.toLowerCase())
  const pages = PAGES.filter(([, , need]) => need === '' || may(need))
    .map(([name, href]): Target => ({ key: href, kind: 'page', title: shell(name), detail: '', go: to(href) }))
    .filter(fits)
  const actions = (
    [
      [shell('languageLabel'), () => chooseLanguage(lang === 'de' ? 'en' : 'de')],
      [shell('theme', { theme: shell(theme) }), next],
      [shell('keys'), onKeys],
      [shell('signOut'), () => void signOut()],
    ] as const
  )
    .map(([title, go]): Target => ({ key: title, kind: 'action', title, detail: '', go }))
    .filter(fits)
  const hits = (q === '' ? [] : (data?.hits ?? [])).map(
    (hit): Target => ({
      key: `${hit.kind}-${hit.id}`,
      kind: hit.kind,
      title: hit.title[lang],
      detail: hit.detail[lang],
      go: to(ADDRESS[hit.kind](hit.id)),
    }),
  )
  const targets = [...hits, ...pages, ...actions]
  const at = Math.min(active, Math.max(0, targets.length - 1))
  const go = (target: Target | undefined) => {
    if (target === undefined) return
    onClose()
    target.go()
  }
  const press = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      setActive((at + step + targets.length) % Math.max(1, targets.length))
    }
    if (event.key === 'Enter') {
      event.preventDefault()
      go(targets[at])
    }
  }
  return (
    <Dialog title={t('title')} onClose={onClose}>
      <input
        data-first
        type="search"
        role="combobox"
        aria-label={t('label')}
        placeholder={t('label')}
        aria-expanded={targets.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={targets[at] === undefined ? undefined : `${id}-${at}`}
        value={typed}
        maxLength={200}
        autoComplete="off"
        onKeyDown={press}
        onChange={(event) => {
          setTyped(event.target.value)
          setActive(0)
        }}
      />
      <div id={`${id}-list`} role="listbox" aria-label={t('title')} className="hits">
        {targets.map((target, i) => (
          // biome-ignore lint/a11y/useFocusableInteractive: as above
          // biome-ignore lint/a11y/useKeyWithClickEvents: Enter in the text field chooses
          <div key={target.key} id={`${id}-${i}`} role="option" aria-selected={i === at} onClick={() => go(target)}>
            <span>{t(target.kind)}</span> <b>{target.title}</b> <i>{target.detail}</i>
          </div>
        ))}
      </div>
      {targets.length === 0 && <p className="help">{t('nothing')}</p>}
    </Dialog>
  )
}
