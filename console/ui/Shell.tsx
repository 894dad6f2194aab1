import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { openCountQuery } from '../api/queries.ts'
import { sessionQuery, useMay, useOrganisation } from '../api/session.ts'
import { number } from '../text/format.ts'
import { useLang, useTexts } from '../text/lang.tsx'
import { SHELL } from '../text/shell.ts'
import { Brand } from './Brand.tsx'
import { isTyping } from './is-typing.ts'
import { Keys } from './Keys.tsx'
import { LiveLine, LiveProvider } from './Live.tsx'
import { Operations } from './Operations.tsx'
import { Palette } from './Palette.tsx'
import { Tools } from './Tools.tsx'
import { TITLE_ID } from './use-title.ts'

/** What surrounds every page of somebody who is signed in. */
export function Shell() {
  const t = useTexts(SHELL)
  const may = useMay()
  const { adopt } = useLang()
  const { data: session } = useSuspenseQuery(sessionQuery)
  const { demo, name, logo } = useOrganisation()
  const [palette, setPalette] = useState(false)
  const [keys, setKeys] = useState(false)
  const main = useRef<HTMLElement>(null)
  const language = session?.person.language
  useEffect(() => {
    if (language !== undefined) adopt(language)
  }, [language, adopt])
  useShortcuts(setPalette, setKeys)
  useFocusOnPage(main)
  return (
    <LiveProvider>
      {/* biome-ignore lint/a11y/useValidAnchor: goes to the content; only the focus is moved by hand, the address stays */}
      <a
        className="skip"
        href="#content"
        onClick={(event) => {
          event.preventDefault()
          main.current?.focus()
        }}
      >
        {t('skip')}
      </a>
      {demo && (
        <p className="demo" role="note">
          {t('demo')}
        </p>
      )}
      <header className="mast">
        <Link className="brand" to="/policy">
          {logo === null ? <Brand /> : <img src={logo} alt="" />}
          <span>{name ?? 'Bergfried'}</span>
        </Link>
        <nav aria-label={t('main')}>
          <Link to="/policy">{t('policy')}</Link>
          {may('read') && <Link to="/systems">{t('systems')}</Link>}
          {may('read') && (
            <Link to="/findings">
              {t('findings')} <OpenCount />
            </Link>
          )}
          <Link to="/access">{t('access')}</Link>
          {may('people') && <Link to="/people">{t('people')}</Link>}
          {may('read') && <Link to="/evidence">{t('evidence')}</Link>}
        </nav>
        <Operations />
        <LiveLine />
        <Tools onSearch={() => setPalette(true)} />
      </header>
      <p id={TITLE_ID} className="sr" aria-live="polite" />
      <main id="content" tabIndex={-1} ref={main}>
        <Outlet />
      </main>
      {palette && <Palette onClose={() => setPalette(false)} onKeys={() => setKeys(true)} />}
      {keys && <Keys onClose={() => setKeys(false)} />}
    </LiveProvider>
  )
}

function OpenCount() {
  const { lang } = useLang()
  const { data } = useQuery(openCountQuery)
  return data === undefined || data === 0 ? null : <b>{number(data, lang)}</b>
}

function useShortcuts(setPalette: (open: boolean) => void, setKeys: (open: boolean) => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        setKeys(false)
        setPalette(true)
      } else if (event.key === '?' && !isTyping(event.target)) setKeys(true)
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [setPalette, setKeys])
}

/** Whoever follows a link goes on at the beginning of the new page; a sentence that unfolds in place is no new page. */
function useFocusOnPage(main: React.RefObject<HTMLElement | null>): void {
  const page = useRouterState({
    select: ({ location: { pathname } }) => (pathname.startsWith('/policy') ? '/policy' : pathname),
  })
  const known = useRef(page)
  useEffect(() => {
    if (known.current === page) return
    known.current = page
    main.current?.focus({ preventScroll: true })
  }, [page, main])
}
