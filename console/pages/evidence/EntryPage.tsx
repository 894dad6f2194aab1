import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { ApiProblem, get } from '../../api/client.ts'
import { moment } from '../../text/format.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { TABLES } from '../../text/tables.ts'
import { Loading, Problem } from '../../ui/Notice.tsx'
import { useTitle } from '../../ui/use-title.ts'

/** One entry as the log vouches for it: what was written, and the proof, as one file that anybody can check. */
export function EntryPage() {
  const t = useTexts(TABLES)
  const { lang } = useLang()
  const { position } = useParams({ from: '/inside/evidence/$position' })
  const title = t('entry', { n: position })
  useTitle(title)
  const { data, error, refetch } = useQuery({
    queryKey: ['evidence', position],
    queryFn: ({ signal }) => get<SealedEntry>(`/api/evidence/${encodeURIComponent(position)}`, signal),
  })
  const sealed = !(error instanceof ApiProblem && error.code === 'evidence.not_sealed')
  const at = Number(position)
  return (
    <div className="page">
      <p className="back">
        <Link to="/evidence">{t('all_entries')}</Link>{' '}
        {at > 0 && (
          <Link to="/evidence/$position" params={{ position: String(at - 1) }}>
            {t('previous')}
          </Link>
        )}{' '}
        <Link to="/evidence/$position" params={{ position: String(at + 1) }}>
          {t('next')}
        </Link>
      </p>
      <h1>{title}</h1>
      {!sealed && <p>{t('notSealed')}</p>}
      {error !== null && sealed && <Problem error={error} onAgain={() => void refetch()} />}
      {error === null && data === undefined && <Loading />}
      {data !== undefined && (
        <>
          <p className="lead">
            <code>{data.kind}</code>, {moment(data.at, lang)}
          </p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <pre tabIndex={0}>{data.body === null ? '–' : JSON.stringify(JSON.parse(data.body), null, 2)}</pre>
          <h2>{t('bundle')}</h2>
          <p>
            <button type="button" onClick={() => save(`bundle-${position}.json`, data.bundle)}>
              bundle-{position}.json
            </button>{' '}
            {t('bundleHelp')}
          </p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: as above */}
          <pre tabIndex={0}>{JSON.stringify(data.bundle, null, 2)}</pre>
        </>
      )}
    </div>
  )
}

interface SealedEntry {
  readonly at: string
  readonly kind: string
  /** Canonical JSON; null where only the log still has the entry. */
  readonly body: string | null
  readonly bundle: unknown
}

/** Hands something to the reader as a file. */
function save(name: string, content: unknown): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(content, null, 2)], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
