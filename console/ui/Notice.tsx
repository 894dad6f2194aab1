import type { ReactNode } from 'react'
import { ApiProblem } from '../api/client.ts'
import { useTexts } from '../text/lang.tsx'
import { texts } from '../text/text.ts'
import { Mark } from './Mark.tsx'

const WORDS = texts({
  offline: {
    de: 'Der Server antwortet nicht. Läuft er noch? Die Seite versucht es weiter.',
    en: 'The server does not answer. Is it still running? The page keeps trying.',
  },
  unknown: {
    de: 'Etwas ging schief, das nicht vorgesehen war. Die Ursache steht im Protokoll des Servers.',
    en: 'Something went wrong that was not foreseen. The cause is in the log of the server.',
  },
  forbidden: {
    de: 'Ein Inhaber kann Ihnen unter „Konten“ eine weitere Rolle geben.',
    en: 'An owner can give you another role under “Accounts”.',
  },
  gone: {
    de: 'Vielleicht wurde es entfernt, oder die Adresse ist unvollständig.',
    en: 'It may have been removed, or the address is incomplete.',
  },
  again: { de: 'Noch einmal versuchen', en: 'Try again' },
})

/** What went wrong, in a sentence, and what can be done. */
export function Problem({ error, onAgain }: { readonly error: unknown; readonly onAgain?: () => void }) {
  const t = useTexts(WORDS)
  const text =
    error instanceof ApiProblem
      ? error.code === 'offline'
        ? t('offline')
        : error.message || t('unknown')
      : t('unknown')
  const next =
    error instanceof ApiProblem
      ? error.status === 403 && error.code === 'http.forbidden'
        ? t('forbidden')
        : error.status === 404
          ? t('gone')
          : null
      : null
  return (
    <div className="notice" data-s="alarm" role="alert">
      <p>
        <Mark state="error" /> {text}
      </p>
      {next !== null && <p className="next">{next}</p>}
      {onAgain && (
        <button type="button" onClick={onAgain}>
          {t('again')}
        </button>
      )}
    </div>
  )
}

/** Nothing is here, and what to do about it. */
export const Empty = ({ title, children }: { readonly title: string; readonly children?: ReactNode }) => (
  <div className="empty">
    <p className="empty-title">{title}</p>
    {children}
  </div>
)

/** Takes the place of what is being fetched, so that nothing jumps. */
export const Loading = ({ lines = 6 }: { readonly lines?: number }) => (
  <div className="loading" aria-busy="true">
    {Array.from({ length: lines }, (_, i) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
      <span key={i} />
    ))}
  </div>
)

/** A page whose content is on its way, or did not come. */
export const Pending = ({ error, onAgain }: { readonly error: unknown; readonly onAgain: () => void }) => (
  <div className="page">{error === null ? <Loading /> : <Problem error={error} onAgain={onAgain} />}</div>
)
