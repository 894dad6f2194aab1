import { Link } from '@tanstack/react-router'
import { useMay } from '../api/session.ts'
import { useTexts } from '../text/lang.tsx'
import { SHELL } from '../text/shell.ts'
import { Menu } from './Menu.tsx'

/** Pages of those who run the systems: word in the menu, address, who sees it. */
const PAGES = [
  ['alerts', '/alerts', 'read'],
  ['blocking', '/blocking', 'read'],
  ['network', '/network', 'read'],
  ['firewall', '/firewall', 'change'],
  ['encryptionKeys', '/keys', 'change'],
  ['backups', '/backups', 'read'],
] as const

/** What is beside the main pages. */
export function Operations() {
  const t = useTexts(SHELL)
  const may = useMay()
  if (!may('read')) return null
  return (
    <Menu face={t('operations')} label={t('operationsLabel')}>
      {PAGES.filter(([, , permission]) => may(permission)).map(([word, to]) => (
        <li key={to}>
          <Link to={to}>{t(word)}</Link>
        </li>
      ))}
    </Menu>
  )
}
