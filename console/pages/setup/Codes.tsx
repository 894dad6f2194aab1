import { useTexts } from '../../text/lang.tsx'
import { SETUP } from '../../text/sign-in.ts'

/** Recovery codes, shown once. */
export function Codes({ codes, onDone }: { readonly codes: readonly string[]; readonly onDone?: () => void }) {
  const t = useTexts(SETUP)
  return (
    <section>
      <h2>{t('codesTitle')}</h2>
      <p>{t('codesHelp')}</p>
      <ul className="codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      {onDone && (
        <p className="actions">
          <button type="button" className="primary" onClick={onDone}>
            {t('toPolicy')}
          </button>
        </p>
      )}
    </section>
  )
}
