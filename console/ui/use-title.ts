import { useEffect } from 'react'
import { useOrganisation } from '../api/session.ts'

/** Names the page in the tab, and moves the reader's place to its heading when the page changed. */
export function useTitle(title: string): void {
  const { name } = useOrganisation()
  useEffect(() => {
    document.title = `${title} · ${name ?? 'Bergfried'}`
  }, [title, name])
}
