import { Link } from '@tanstack/react-router'
import { useTexts } from '../text/lang.tsx'
import { SHELL } from '../text/shell.ts'
import { Empty } from './Notice.tsx'

export function NotFound() {
  const t = useTexts(SHELL)
  return (
    <Empty title={t('notFound')}>
      <p>
        <Link to="/policy">{t('toPolicy')}</Link>
      </p>
    </Empty>
  )
}
