import { useEffect, useState } from 'react'

export type Theme = 'auto' | 'light' | 'dark'
const KEY = 'bergfried-theme'
const NEXT: Readonly<Record<Theme, Theme>> = { auto: 'light', light: 'dark', dark: 'auto' }

function remembered(): Theme {
  try {
    const known = localStorage.getItem(KEY)
    return known === 'light' || known === 'dark' ? known : 'auto'
  } catch {
    return 'auto'
  }
}

/** Light, dark, or as the device; remembered in this browser. */
export function useTheme(): { readonly theme: Theme; readonly next: () => void } {
  const [theme, setTheme] = useState(remembered)
  useEffect(() => {
    if (theme === 'auto') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = theme
    try {
      localStorage.setItem(KEY, theme)
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  }, [theme])
  return { theme, next: () => setTheme(NEXT[theme]) }
}
