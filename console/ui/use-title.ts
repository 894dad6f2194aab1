import { useEffect } from 'react'
import { useOrganisation } from '../api/session.ts'

/** Where the name of a new page is read out; nothing else is written there. */
export const TITLE_ID = 'page-title'

/** Names the page in the tab, and to whoever hears it instead of seeing it. */
export function useTitle(title: string): void {
  const { name } = useOrganisation()
  useEffect(() => {
    const before = document.title
    document.title = `${title} · ${name ?? 'Bergfried'}`
    const heard = document.getElementById(TITLE_ID)
    if (heard !== null && before !== document.title) heard.textContent = title
  }, [title, name])
}
