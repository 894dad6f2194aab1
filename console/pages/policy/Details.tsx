import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { policyQuery, sentenceQuery } from '../../api/queries.ts'
import { useMay } from '../../api/session.ts'
import { duration, moment } from '../../text/format.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { SENTENCE } from '../../text/policy.ts'
import { Age } from '../../ui/Age.tsx'
import { Loading, Problem } from '../../ui/Notice.tsx'
import { Checks } from './Checks.tsx'
import { Attestations, Exceptions } from './Decisions.tsx'
import { Periods } from './Periods.tsx'

/** What stands behind a sentence: enforcement, checks with rows and queries, decisions, history, proof. */
export function Details({ control }: { readonly control: string }) {
  const t = useTexts(SENTENCE)
  const { lang } = useLang()
  const may = useMay()
  const { data, error, refetch } = useQuery(sentenceQuery(control))
  const { data: home } = useQuery(policyQuery)
  if (error !== null && data === undefined) return <Problem error={error} onAgain={() => void refetch()} />
  if (data === undefined) return <Loading />
  const { line } = data
  const role = home?.roles.find(({ key }) => key === line.owner)
  return (
    <div className="details">
      <div className="columns">
        <section>
          <h3>{t('enforced')}</h3>
          <p>{data.enforced === null ? t('notEnforced') : data.enforced[lang]}</p>
        </section>
        <section>
          <h3>{t('measured')}</h3>
          <dl>
            <dt>{t('oldest')}</dt>
            <dd>
              <Age at={line.measuredAt} />
            </dd>
            <dt>{t('fresh')}</dt>
            <dd>{duration(data.freshness, lang)}</dd>
            <dt>{t('responsible')}</dt>
            <dd>
              {role?.title[lang] ?? line.owner}, {t(line.public ? 'public' : 'internal')}
            </dd>
          </dl>
        </section>
        <section>
          <h3>{t('proof')}</h3>
          {data.evidence.length === 0 ? (
            <p>{t('noProof')}</p>
          ) : (
            <ul className="plain">
              {data.evidence.slice(0, 5).map((entry) => (
                <li key={entry.position}>
                  <Link to="/evidence/$position" params={{ position: String(entry.position) }}>
                    {entry.position}
                  </Link>{' '}
                  {entry.summary[lang]}, {moment(entry.at, lang)}
                </li>
              ))}
            </ul>
          )}
        </section>
      </div>
      <Checks control={control} checks={data.checks} />
      <div className="columns">
        <Attestations view={data} may={may('attest')} />
        <Exceptions view={data} may={may('except')} />
      </div>
      <Periods periods={data.periods} />
    </div>
  )
}
