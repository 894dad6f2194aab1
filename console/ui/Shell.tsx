import { useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import type { PolicyHome } from '../../capabilities/overview/contract.ts'
import { send } from '../api/client.ts'
import { type LiveState, useLive } from '../api/live.ts'
import { policyQuery } from '../api/queries.ts'
import { sessionQuery, useMay, useOrganisation } from '../api/session.ts'
import { useLang, useTexts } from '../text/lang.tsx'
import { SHELL } from '../text/shell.ts'
import { Brand } from './Brand.tsx'
import { Keys } from './Keys.tsx'
import { Palette } from './Palette.tsx'
import { useTheme } from './use-theme.ts'

/** What surrounds every page of somebody who is signed in. */
export function Shell() {
  const t = useTexts(SHELL)
  const may = useMay()
  const { data: session } = useSuspenseQuery(sessionQuery)
  const { demo, name, logo } = useOrganisation()
  const live = useLive(session !== null)
  const [palette, setPalette] = useState(false)
  const [keys, setKeys] = useState(false)
  const main = useRef<HTMLElement>(null)
  const path = useRouterState({ select: (s) => s.location.pathname.split('/')[1] })
  const { data } = useQuery({ ...policyQuery, enabled: session !== null })

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        setPalette(true)
      } else if (event.key === '?' && !isTyping(event.target)) setKeys(true)
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])

  // Whoever follows a link with the keyboard goes on at the beginning of the new page.
  const first = useRef(true)
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the page changes
  useEffect(() => {
    if (first.current) first.current = false
    else main.current?.focus({ preventScroll: true })
  }, [path])

  return (
    <>
      <a className="skip" href="#content">
        {t('skip')}
      </a>
      {demo && (
        <p className="demo" role="note">
          {t('demo')}
        </p>
      )}
      <header className="mast">
        <Link className="brand" to="/">
          {logo === null ? <Brand /> : <img src={logo} alt="" />}
          <span>{name ?? 'Bergfried'}</span>
        </Link>
        <nav aria-label={t('main')}>
          <Link to="/policy">{t('policy')}</Link>
          {may('read') && <Link to="/systems">{t('systems')}</Link>}
          {may('read') && (
            <Link to="/findings">
              {t('findings')} <OpenCount home={data} />
            </Link>
          )}
          {may('people') && <Link to="/people">{t('people')}</Link>}
          {may('read') && <Link to="/evidence">{t('evidence')}</Link>}
        </nav>
        <Tools onSearch={() => setPalette(true)} live={live} />
      </header>
      <main id="content" tabIndex={-1} ref={main}>
        <Outlet />
      </main>
      {palette && <Palette onClose={() => setPalette(false)} />}
      {keys && <Keys onClose={() => setKeys(false)} />}
    </>
  )
}

function OpenCount({ home }: { readonly home: PolicyHome | undefined }) {
  const open = home?.controls.filter((c) => c.state === 'alarm').length ?? 0
  return open === 0 ? null : <b>{open}</b>
}

export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null

function Tools({ onSearch, live }: { readonly onSearch: () => void; readonly live: LiveState }) {
  const t = useTexts(SHELL)
  const may = useMay()
  const { lang, setLang } = useLang()
  const { theme, next } = useTheme()
  const client = useQueryClient()
  const navigate = useNavigate()
  const { data: session } = useSuspenseQuery(sessionQuery)
  const person = session?.person.name ?? ''
  const [system] = live.collecting
  const signOut = async () => {
    await send('POST', '/api/sign-out').catch(() => undefined)
    client.clear()
    await navigate({ to: '/sign-in' })
  }
  return (
    <div className="tools">
      {system !== undefined && (
        <span className="reading" role="status">
          {live.collecting.size === 1 ? t('reading', { system }) : t('readingMany', { n: live.collecting.size })}
        </span>
      )}
      <button type="button" onClick={onSearch} title={t('search')}>
        ⌘K <span className="sr">{t('search')}</span>
      </button>
      <button type="button" lang={lang === 'de' ? 'en' : 'de'} onClick={() => setLang(lang === 'de' ? 'en' : 'de')}>
        {t('language')}
      </button>
      <details className="menu">
        <summary>
          {initials(person)} <span className="sr">{t('menu', { name: person })}</span>
        </summary>
        <ul>
          <li>
            <Link to="/account">{t('account')}</Link>
          </li>
          {may('admin') && (
            <li>
              <Link to="/settings/accounts">{t('accounts')}</Link>
            </li>
          )}
          {may('admin') && (
            <li>
              <Link to="/settings/organisation">{t('organisation')}</Link>
            </li>
          )}
          <li>
            <a href={`/trust/${lang}`}>{t('trust')}</a>
          </li>
          <li>
            <button type="button" onClick={next}>
              {t('theme', { theme: t(theme) })}
            </button>
          </li>
          <li>
            <button type="button" onClick={() => void signOut()}>
              {t('signOut')}
            </button>
          </li>
        </ul>
      </details>
    </div>
  )
}

const initials = (name: string): string =>
  name
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => word[0]?.toUpperCase() ?? '')
    .join('') || '·'
