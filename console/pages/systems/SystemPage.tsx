import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { SystemDetail } from '../../../capabilities/overview/contract-tables.ts'
import { get, send } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { moment, number } from '../../text/format.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { KINDS, TABLES } from '../../text/tables.ts'
import { Age } from '../../ui/Age.tsx'
import { useReading } from '../../ui/Live.tsx'
import { Pending, Problem } from '../../ui/Notice.tsx'
import { State } from '../../ui/State.tsx'
import { useTitle } from '../../ui/use-title.ts'

/** One system: what is read of it, how well that goes, what is wrong. */
export function SystemPage() {
  const t = useTexts(TABLES)
  const kind = useTexts(KINDS)
  const { lang } = useLang()
  const may = useMay()
  const { name } = useParams({ from: '/inside/systems/$name' })
  const { data, error, refetch } = useQuery({
    queryKey: ['system', name],
    queryFn: ({ signal }) => get<SystemDetail>(`/api/systems/${encodeURIComponent(name)}/detail`, signal),
  })
  const reading = useReading(name)
  const collect = useMutation({
    mutationFn: () => send('POST', `/api/systems/${encodeURIComponent(name)}/collections`),
  })
  useTitle(name)
  if (data === undefined) return <Pending error={error} onAgain={() => void refetch()} />
  const { system } = data
  return (
    <div className="page">
      <p className="back">
        <Link to="/systems">{t('systems')}</Link>
      </p>
      <h1>{system.name}</h1>
      <p className="lead">
        {kind(system.kind)}, {t(system.state)}
      </p>
      {may('collect') && system.kind !== 'register' && system.kind !== 'product' && (
        <p>
          <button type="button" disabled={collect.isPending || reading} onClick={() => collect.mutate()}>
            {reading || collect.isSuccess ? t('collecting') : t('collect')}
          </button>
        </p>
      )}
      {collect.error !== null && <Problem error={collect.error} />}
      <h2>{t('worst')}</h2>
      {data.worst.length === 0 ? (
        <p>{t('none')}</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{t('state')}</th>
              <th scope="col">{t('what')}</th>
              <th scope="col">{t('why')}</th>
              <th scope="col">{t('since')}</th>
            </tr>
          </thead>
          <tbody>
            {data.worst.map((f) => (
              <tr key={f.id}>
                <td>
                  <State state={f.excepted ? 'excepted' : f.status} />
                </td>
                <td>
                  <Link to="/findings/$id" params={{ id: String(f.id) }}>
                    <code>{f.resource}</code>
                  </Link>
                </td>
                <td>{f.text[lang]}</td>
                <td>
                  <Age at={f.openedAt} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <h2>{t('kinds')}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('kind')}</th>
            <th scope="col">{t('lastOk')}</th>
            <th scope="col">{t('lastTry')}</th>
            <th scope="col">{t('problem')}</th>
          </tr>
        </thead>
        <tbody>
          {data.kinds.map((k) => (
            <tr key={k.kind}>
              <th scope="row">
                <code>{k.kind}</code>
              </th>
              <td>
                <Age at={k.lastOkAt} />
              </td>
              <td>
                <Age at={k.lastTryAt} />
              </td>
              <td>{k.failure === null ? '–' : k.failure.text[lang]}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <h2>{t('collections')}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('at')}</th>
            <th scope="col" className="right">
              {t('took')}
            </th>
            <th scope="col" className="right">
              {t('changed')}
            </th>
            <th scope="col" className="right">
              {t('problem')}
            </th>
          </tr>
        </thead>
        <tbody>
          {data.collections.map((c) => (
            <tr key={c.at}>
              <td>{moment(c.at, lang)}</td>
              <td className="right">{number(c.milliseconds, lang)} ms</td>
              <td className="right">{number(c.opened + c.closed, lang)}</td>
              <td className="right">{number(c.failures, lang)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
