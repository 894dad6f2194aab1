import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { FindingDetail } from '../../../capabilities/overview/contract-tables.ts'
import { get } from '../../api/client.ts'
import { day, moment } from '../../text/format.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { SEVERITIES } from '../../text/states.ts'
import { TABLES } from '../../text/tables.ts'
import { Pending } from '../../ui/Notice.tsx'
import { ReadValues } from '../../ui/ReadValues.tsx'
import { State } from '../../ui/State.tsx'
import { useTitle } from '../../ui/use-title.ts'

/** One finding: since when, what exactly was read, how to mend it. */
export function FindingPage() {
  const t = useTexts(TABLES)
  const severity = useTexts(SEVERITIES)
  const { lang } = useLang()
  const { id } = useParams({ from: '/inside/findings/$id' })
  const { data, error, refetch } = useQuery({
    queryKey: ['finding', id],
    queryFn: ({ signal }) => get<FindingDetail>(`/api/findings/${encodeURIComponent(id)}`, signal),
  })
  useTitle(data?.finding.title[lang] ?? t('findings'))
  if (data === undefined) return <Pending error={error} onAgain={() => void refetch()} />
  const { finding, exception } = data
  return (
    <div className="page">
      <p className="back">
        <Link to="/findings">{t('findings')}</Link>
      </p>
      <h1>{finding.title[lang]}</h1>
      <p className="lead">
        <code>
          {finding.system} / {finding.resource}
        </code>{' '}
        {finding.text[lang]}
      </p>
      <dl className="facts">
        <dt>{t('state')}</dt>
        <dd>
          <State state={finding.excepted ? 'excepted' : finding.status} />
        </dd>
        <dt>{t('severity')}</dt>
        <dd>{severity(finding.severity)}</dd>
        <dt>{t('firstSeen')}</dt>
        <dd>{moment(finding.openedAt, lang)}</dd>
        <dt>{t('lastSeen')}</dt>
        <dd>{finding.lastSeenAt === null ? '–' : moment(finding.lastSeenAt, lang)}</dd>
        {finding.closedAt !== null && (
          <>
            <dt>{t('closedAt')}</dt>
            <dd>{moment(finding.closedAt, lang)}</dd>
          </>
        )}
        <dt>{t('control')}</dt>
        <dd>
          {finding.controls.map((control) => (
            <Link key={control} to="/policy/$control" params={{ control }}>
              {control}
            </Link>
          ))}
        </dd>
        <dt>{t('system')}</dt>
        <dd>
          <Link to="/systems/$name" params={{ name: finding.system }}>
            {finding.system}
          </Link>
        </dd>
        {exception !== null && (
          <>
            <dt>{t('exception')}</dt>
            <dd>{t('exceptionOf', { ...exception, until: day(exception.until, lang) })}</dd>
          </>
        )}
      </dl>
      <h2>{t('remedy')}</h2>
      <p>{data.remedy[lang]}</p>
      <h2>{t('read')}</h2>
      <ReadValues read={data.read} />
      <h2>{t('history')}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('why')}</th>
            <th scope="col">{t('since')}</th>
            <th scope="col">{t('until')}</th>
          </tr>
        </thead>
        <tbody>
          {data.history.map((h) => (
            <tr key={h.from}>
              <td>{h.text[lang]}</td>
              <td>{moment(h.from, lang)}</td>
              <td>{h.until === null ? '–' : moment(h.until, lang)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
