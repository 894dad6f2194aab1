import type { SentenceView } from '../../../capabilities/overview/contract.ts'
import { moment, number } from '../../text/format.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { now } from '../../text/now.ts'
import { SENTENCE } from '../../text/policy.ts'
import { State } from '../../ui/State.tsx'

type Period = SentenceView['periods'][number]
const DAYS_MS = 90 * 86_400_000

/** The recorded states of 90 days as a chart, and as a table for whoever wants the numbers. */
export function Periods({ periods }: { readonly periods: readonly Period[] }) {
  const t = useTexts(SENTENCE)
  const { lang } = useLang()
  const end = now()
  const begin = end - DAYS_MS
  const merged = mergedOf(periods)
  const most = Math.max(1, ...merged.map((p) => p.alarm))
  const x = (iso: string | null) => {
    const at = iso === null ? end : Date.parse(iso)
    return ((Math.min(end, Math.max(begin, at)) - begin) / DAYS_MS) * 900
  }
  return (
    <section>
      <h3>{t('history')}</h3>
      <svg className="chart" viewBox="0 0 900 44" preserveAspectRatio="none" aria-hidden="true">
        {merged.map((p) => (
          <rect
            key={p.from}
            data-s={p.state}
            x={x(p.from)}
            width={Math.max(1, x(p.until) - x(p.from))}
            y={p.state === 'alarm' ? 44 - Math.max(14, (p.alarm / most) * 44) : 30}
            height={44}
          />
        ))}
      </svg>
      <details>
        <summary>{t('historyTable')}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('state')}</th>
              <th scope="col">{t('from')}</th>
              <th scope="col">{t('until')}</th>
              <th scope="col" className="right">
                {t('violated')}
              </th>
            </tr>
          </thead>
          <tbody>
            {merged.slice(0, 100).map((p) => (
              <tr key={p.from}>
                <td>
                  <State state={p.state} />
                </td>
                <td>{moment(p.from, lang)}</td>
                <td>{p.until === null ? t('now') : moment(p.until, lang)}</td>
                <td className="right">
                  {number(p.alarm, lang)} / {number(p.population, lang)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  )
}

/** A record is also written when only the counts change; the reader wants the states. Newest first, as they come. */
function mergedOf(periods: readonly Period[]): readonly Period[] {
  const merged: Period[] = []
  for (const period of periods) {
    const later = merged.at(-1)
    if (later !== undefined && later.state === period.state && later.from === period.until) {
      merged[merged.length - 1] = { ...later, from: period.from, alarm: Math.max(later.alarm, period.alarm) }
    } else merged.push(period)
  }
  return merged
}
