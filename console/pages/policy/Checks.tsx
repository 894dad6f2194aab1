import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { SentenceView } from '../../../capabilities/overview/contract.ts'
import { rowsQuery } from '../../api/rows.ts'
import { number } from '../../text/format.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { SENTENCE } from '../../text/policy.ts'
import { Age } from '../../ui/Age.tsx'
import { Loading, Problem } from '../../ui/Notice.tsx'
import { ReadValues } from '../../ui/ReadValues.tsx'
import { State } from '../../ui/State.tsx'

type Check = SentenceView['checks'][number]

/** Each check with its result; opened, its rows, how to mend them, and the very query. */
export function Checks({ checks, control }: { readonly checks: readonly Check[]; readonly control: string }) {
  const t = useTexts(SENTENCE)
  const { lang } = useLang()
  const [open, setOpen] = useState<string | null>(null)
  if (checks.length === 0) return <p>{t('noChecks')}</p>
  return (
    <table className="checks">
      <caption className="sr">
        {t('checks')} {control}
      </caption>
      <thead>
        <tr>
          <th scope="col">{t('check')}</th>
          <th scope="col">{t('scope')}</th>
          <th scope="col">{t('result')}</th>
          <th scope="col">{t('drill')}</th>
          <th scope="col" className="right">
            {t('age')}
          </th>
        </tr>
      </thead>
      {checks.map((check) => (
        <tbody key={check.id}>
          <tr>
            <th scope="row">
              <button
                type="button"
                className="link"
                aria-expanded={open === check.id}
                onClick={() => setOpen(open === check.id ? null : check.id)}
              >
                {check.title[lang]}
              </button>
            </th>
            <td>{check.systems === 0 ? t('noSystem') : number(sum(check), lang)}</td>
            <td>{check.state === null ? '–' : <State state={check.state} />}</td>
            <td>
              {check.drill === null
                ? '–'
                : check.drill.turnedRed
                  ? t('drilled', { ms: number(check.drill.redMs ?? 0, lang) })
                  : t('drillFailed')}
            </td>
            <td className="right">
              <Age at={check.measuredAt} />
            </td>
          </tr>
          {open === check.id && (
            <tr>
              <td colSpan={5}>
                <CheckDetails check={check} />
              </td>
            </tr>
          )}
        </tbody>
      ))}
    </table>
  )
}

const sum = (check: Check): number => Object.values(check.counts).reduce((a, b) => a + b, 0)

function CheckDetails({ check }: { readonly check: Check }) {
  const t = useTexts(SENTENCE)
  const { lang } = useLang()
  const { counts } = check
  const [bad, setBad] = useState(counts.alarm + counts.error + counts.stale > 0)
  const { data: rows, error, refetch } = useQuery(rowsQuery(check.id, bad))
  return (
    <div className="check-details">
      <p>
        <b>{t('remedy')}:</b> {check.remedy[lang]}
      </p>
      <p className="tabs">
        <button type="button" aria-pressed={bad} onClick={() => setBad(true)}>
          {t('rowsBad')}
        </button>
        <button type="button" aria-pressed={!bad} onClick={() => setBad(false)}>
          {t('rowsAll')}
        </button>
      </p>
      {error !== null && rows === undefined && <Problem error={error} onAgain={() => void refetch()} />}
      {rows === undefined && error === null && <Loading lines={3} />}
      {rows?.length === 0 && <p>{t('noRows')}</p>}
      {rows !== undefined && rows.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">{t('resource')}</th>
              <th scope="col">{t('state')}</th>
              <th scope="col">{t('read')}</th>
              <th scope="col" className="right">
                {t('since')}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id}>
                <th scope="row">
                  <code>
                    {row.system} / {row.resource}
                  </code>
                  <br />
                  {row.text[lang]}
                </th>
                <td>
                  <State state={row.status} />
                </td>
                <td>
                  <ReadValues read={row.read} />
                </td>
                <td className="right">
                  <Age at={row.since} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <details>
        <summary>
          {t('query')} ({t('reads')}: {check.reads.join(', ')})
        </summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <pre tabIndex={0}>{check.sql.trim()}</pre>
      </details>
    </div>
  )
}
