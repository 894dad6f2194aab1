import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { PersonDetail } from '../../../capabilities/overview/contract-tables.ts'
import { get } from '../../api/client.ts'
import { day } from '../../text/format.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { TABLES } from '../../text/tables.ts'
import { Pending } from '../../ui/Notice.tsx'
import { useTitle } from '../../ui/use-title.ts'
import { PersonAccess } from './PersonAccess.tsx'

/** One person: accounts, entitlements, keys. */
export function PersonPage() {
  const t = useTexts(TABLES)
  const { lang } = useLang()
  const { person } = useParams({ from: '/inside/people/$person' })
  const { data, error, refetch } = useQuery({
    queryKey: ['person', person],
    queryFn: ({ signal }) => get<PersonDetail>(`/api/people/${encodeURIComponent(person)}`, signal),
  })
  useTitle(data?.person.name ?? t('people'))
  if (data === undefined) return <Pending error={error} onAgain={() => void refetch()} />
  const { person: row } = data
  const date = (text: string | null) => (text === null ? t('unlimited') : day(text, lang))
  return (
    <div className="page">
      <p className="back">
        <Link to="/people">{t('people')}</Link>
      </p>
      <h1>{row.name}</h1>
      <p className="lead">
        <code>{row.person}</code> {row.email ?? ''} {t(row.status)}
        {row.endsOn !== null && ` (${day(row.endsOn, lang)})`}
      </p>
      {row.open > 0 && (
        <p>
          <Link to="/findings" search={{ q: row.person } as never}>
            {t('openFindings')}: {row.open}
          </Link>
        </p>
      )}
      <h2>{t('accounts')}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('system')}</th>
            <th scope="col">{t('account')}</th>
          </tr>
        </thead>
        <tbody>
          {data.accounts.map((a) => (
            <tr key={`${a.system} ${a.account}`}>
              <td>
                <code>{a.system}</code>
              </td>
              <td>
                <code>{a.account}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <h2>{t('entitlements')}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('system')}</th>
            <th scope="col">{t('account')}</th>
            <th scope="col">{t('privilege')}</th>
            <th scope="col">{t('need')}</th>
            <th scope="col">{t('approvedBy')}</th>
            <th scope="col">{t('until')}</th>
          </tr>
        </thead>
        <tbody>
          {data.entitlements.map((e) => (
            <tr key={`${e.system} ${e.account} ${e.privilege}`}>
              <td>
                <code>{e.system}</code>
              </td>
              <td>
                <code>{e.account}</code>
              </td>
              <td>{e.privilege}</td>
              <td>{e.need}</td>
              <td>{e.approvedBy}</td>
              <td>{date(e.until)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <h2>{t('keys')}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('fingerprint')}</th>
            <th scope="col">{t('until')}</th>
          </tr>
        </thead>
        <tbody>
          {data.keys.map((k) => (
            <tr key={k.fingerprint}>
              <td>
                <code>{k.fingerprint}</code>
              </td>
              <td>{date(k.until)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <PersonAccess email={row.email} />
    </div>
  )
}
