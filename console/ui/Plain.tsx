import type { ReactNode } from 'react'
import { useOrganisation } from '../api/session.ts'
import { useLang, useTexts } from '../text/lang.tsx'
import { SHELL } from '../text/shell.ts'
import { Brand } from './Brand.tsx'

/** A page for whoever is not signed in: one column, nothing around it. */
export function Plain({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const t = useTexts(SHELL)
  const { lang, setLang } = useLang()
  const { name, logo, demo } = useOrganisation()
  return (
    <>
      {demo && (
        <p className="demo" role="note">
          {t('demo')}
        </p>
      )}
      <header className="mast">
        <span className="brand">
          {logo === null ? <Brand /> : <img src={logo} alt="" />}
          <span>{name ?? 'Bergfried'}</span>
        </span>
        <div className="tools">
          <button type="button" lang={lang === 'de' ? 'en' : 'de'} onClick={() => setLang(lang === 'de' ? 'en' : 'de')}>
            {t('language')}
          </button>
        </div>
      </header>
      <main id="content" className="narrow">
        <h1>{title}</h1>
        {children}
      </main>
    </>
  )
}
