import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { send } from '../api/client.ts'
import { sessionQuery, useMay } from '../api/session.ts'
import { useLang, useTexts } from '../text/lang.tsx'
import { SHELL } from '../text/shell.ts'
import type { Lang } from '../text/text.ts'
import { Menu } from './Menu.tsx'
import { useTheme } from './use-theme.ts'

/** Leaves the house: the session ends on the server, and nothing that was fetched stays. */
export function useSignOut(): () => Promise<void> {
  const client = useQueryClient()
  const navigate = useNavigate()
  return async () => {
    await send('POST', '/api/sign-out').catch(() => undefined)
    client.clear()
    client.setQueryData(sessionQuery.queryKey, null)
    await navigate({ to: '/sign-in', search: { left: '1' } as never })
  }
}

/** Another language, for this page at once and for the account from now on: what is said without a page is said in it, too. */
export function useLanguageChoice(): (lang: Lang) => void {
  const { setLang } = useLang()
  const { data: session } = useSuspenseQuery(sessionQuery)
  return (language) => {
    setLang(language)
    const name = session?.person.name
    // Where it cannot be kept, the page speaks it all the same.
    if (name !== undefined) void send('PUT', '/api/me', { name, language }).catch(() => undefined)
  }
}

const APPLE = /Mac|iPhone|iPad/.test(navigator.platform)

/** Search, language, and the menu of who is signed in. */
export function Tools({ onSearch }: { readonly onSearch: () => void }) {
  const t = useTexts(SHELL)
  const may = useMay()
  const { lang } = useLang()
  const chooseLanguage = useLanguageChoice()
  const { theme, next } = useTheme()
  const signOut = useSignOut()
  const { data: session } = useSuspenseQuery(sessionQuery)
  const person = session?.person.name ?? ''
  const other = lang === 'de' ? 'en' : 'de'
  return (
    <div className="tools">
      <button type="button" className="find" onClick={onSearch} title={t('search')}>
        {t('find')} <kbd>{APPLE ? '⌘K' : lang === 'de' ? 'Strg K' : 'Ctrl K'}</kbd>
      </button>
      <button type="button" lang={other} title={t('language')} onClick={() => chooseLanguage(other)}>
        {other} <span className="sr">{t('language')}</span>
      </button>
      <Menu face={initials(person)} label={t('menu', { name: person })}>
        <li className="who">
          {person}
          <br />
          <small>{session?.person.login}</small>
        </li>
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
      </Menu>
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
