import { createContext, type ReactNode, useContext, useMemo, useRef, useState } from 'react'
import { fill, type Lang, type Text } from './text.ts'

interface LangState {
  readonly lang: Lang
  /** Chosen here: remembered in this browser. */
  readonly setLang: (lang: Lang) => void
  /** What the account says; it counts where nothing was chosen in this browser. */
  readonly adopt: (lang: Lang) => void
}

const LangContext = createContext<LangState | null>(null)
const KEY = 'bergfried-lang'

function remembered(): Lang | null {
  try {
    const known = localStorage.getItem(KEY)
    return known === 'de' || known === 'en' ? known : null
  } catch {
    return null
  }
}

/** The language of the whole console: what was chosen here, else what the browser prefers. German comes first. */
export function LangProvider({ children }: { readonly children: ReactNode }) {
  const [lang, setState] = useState<Lang>(() => remembered() ?? (navigator.language.startsWith('en') ? 'en' : 'de'))
  // Before anything is drawn or asked: requests name the language of the document.
  document.documentElement.lang = lang
  const chosen = useRef(remembered() !== null)
  const value = useMemo<LangState>(
    () => ({
      lang,
      setLang: (next) => {
        try {
          localStorage.setItem(KEY, next)
        } catch {
          // Without storage the choice lasts as long as the page.
        }
        chosen.current = true
        setState(next)
      },
      adopt: (next) => {
        if (!chosen.current) setState(next)
      },
    }),
    [lang],
  )
  return <LangContext value={value}>{children}</LangContext>
}

export function useLang(): LangState {
  const value = useContext(LangContext)
  if (value === null) throw new Error('no LangProvider')
  return value
}

/** Texts of a table in the reader's language, with places filled. */
export function useTexts<T extends Readonly<Record<string, Text>>>(
  table: T,
): (key: keyof T & string, values?: Readonly<Record<string, string | number>>) => string {
  const { lang } = useLang()
  return useMemo(
    () => (key, values) => {
      const text = table[key]?.[lang] ?? key
      return values === undefined ? text : fill(text, values)
    },
    [table, lang],
  )
}
