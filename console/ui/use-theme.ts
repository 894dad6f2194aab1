import { useSyncExternalStore } from 'react'

export type Theme = 'auto' | 'light' | 'dark'
const KEY = 'bergfried-theme'
const NEXT: Readonly<Record<Theme, Theme>> = { auto: 'light', light: 'dark', dark: 'auto' }

let theme = remembered()
const listeners = new Set<() => void>()

function remembered(): Theme {
  try {
    const known = localStorage.getItem(KEY)
    return known === 'light' || known === 'dark' ? known : 'auto'
  } catch {
    return 'auto'
  }
}

/** Puts the remembered theme on the page; to be called before anything is drawn. */
export function applyTheme(): void {
  if (theme === 'auto') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}

function setTheme(next: Theme): void {
  theme = next
  applyTheme()
  try {
    localStorage.setItem(KEY, next)
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  for (const listener of listeners) listener()
}

/** Light, dark, or as the device; remembered in this browser. */
export function useTheme(): { readonly theme: Theme; readonly next: () => void } {
  const known = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => theme,
  )
  return { theme: known, next: () => setTheme(NEXT[known]) }
}
