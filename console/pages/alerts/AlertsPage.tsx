import { queryOptions, useQuery } from '@tanstack/react-query'
import type { AlertsView } from '../../../capabilities/detection/contract.ts'
import { get } from '../../api/client.ts'
import { ALERTS } from '../../text/alerts.ts'
import { number } from '../../text/format.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { Age } from '../../ui/Age.tsx'
import { Empty, Pending } from '../../ui/Notice.tsx'
import { useTitle } from '../../ui/use-title.ts'
import { Alert } from './Alert.tsx'

const alertsQuery = queryOptions({
  queryKey: ['bans', 'alerts'],
  queryFn: ({ signal }) => get<AlertsView>('/api/alerts', signal),
  refetchInterval: 10_000,
})

/** Attacks that were seen. */
export function AlertsPage() {
  const t = useTexts(ALERTS)
  const { lang } = useLang()
  useTitle(t('title'))
  const { data, error, refetch } = useQuery(alertsQuery)
  if (data === undefined) return <Pending error={error} onAgain={() => void refetch()} />
  const { watching, alerts, sources, problems, rules } = data
  return (
    <div className="page">
      <h1>{t('title')}</h1>
      <p className="lead">{t('lead')}</p>
      {!watching && alerts.length === 0 && (
        <Empty title={t('off')}>
          <p>{t('how')}</p>
        </Empty>
      )}
      {watching && alerts.length === 0 && (
        <p>{t('none', { rules: number(rules, lang), sources: number(sources.length, lang) })}</p>
      )}
      {alerts.map((alert) => (
        <Alert key={alert.id} alert={alert} />
      ))}
      {problems.length > 0 && (
        <section>
          <h2>{t('problems')}</h2>
          <ul className="plain">
            {problems.map(({ file, line, reason }) => (
              <li key={`${file} ${line} ${reason}`}>
                <code>
                  {file}:{line}
                </code>{' '}
                {reason}
              </li>
            ))}
          </ul>
        </section>
      )}
      {sources.length > 0 && (
        <section>
          <h2>{t('sources')}</h2>
          <ul className="plain">
            {sources.map(({ name, lines, unread, lastAt }) => (
              <li key={name}>
                {t('source', { name, lines: number(lines, lang), unread: number(unread, lang) })}{' '}
                {lastAt === null ? t('never') : <Age at={lastAt} />}
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}
