import { Link } from '@tanstack/react-router'
import { useMay } from '../api/session.ts'
import { useTexts } from '../text/lang.tsx'
import { SHELL } from '../text/shell.ts'
import { Menu } from './Menu.tsx'

/** Pages of those who run the systems: word in the menu, address. */
const PAGES = [['backups', '/backups']] as const

/** What is beside the main pages. */
export function Operations() {
  const t = useTexts(SHELL)
  const may = useMay()
  if (!may('read')) return null
  return (
    <Menu face={t('operations')} label={t('operationsLabel')}>
      {PAGES.map(([word, to]) => (
        <li key={to}>
          <Link to={to}>{t(word)}</Link>
        </li>
      ))}
    </Menu>
  )
}
