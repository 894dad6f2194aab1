import { useTexts } from '../text/lang.tsx'
import { SHELL } from '../text/shell.ts'
import { Dialog } from './Dialog.tsx'

/** Which keys do what. */
export function Keys({ onClose }: { readonly onClose: () => void }) {
  const t = useTexts(SHELL)
  return (
    <Dialog title={t('keys')} onClose={onClose}>
      <ul className="plain">
        <li>{t('keyPalette')}</li>
        <li>{t('keyNext')}</li>
        <li>{t('keyTable')}</li>
        <li>{t('keyEscape')}</li>
        <li>{t('keyHelp')}</li>
      </ul>
    </Dialog>
  )
}
