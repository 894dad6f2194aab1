import { Fragment } from 'react'
import type { PolicyHome, PolicyLine } from '../../../capabilities/overview/contract.ts'
import { number, relative } from '../../text/format.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { now } from '../../text/now.ts'
import { POLICY } from '../../text/policy.ts'
import { COUNTED, STATES } from '../../text/states.ts'

interface SummaryProps {
  readonly home: PolicyHome
  readonly state: string | undefined
  readonly onState: (state: PolicyLine['state']) => void
}

/** One sentence that sums up the whole, each number a filter, and every promise as one tick of a ribbon. */
export function Summary({ home, state, onState }: SummaryProps) {
  const t = useTexts(POLICY)
  const { lang } = useLang()
  const told = COUNTED.map(([name, words]) => ({
    name,
    n: home.controls.filter((c) => c.state === name).length,
    words: words[lang],
  })).filter(({ n }) => n > 0)
  const total = home.controls.length
  const [before = '', after = ''] = t('summary', {
    total,
    are: lang === 'de' ? (total === 1 ? t('is') : t('are')) : '',
    told: '\u0000',
  }).split('\u0000')
  return (
    <>
      <p className="summary">
        {before}
        {told.map(({ name, n, words }, i) => (
          <Fragment key={name}>
            {i === 0 ? '' : i === told.length - 1 ? ` ${t('and')} ` : ' '}
            <span className="told">
              <button
                type="button"
                className="number"
                data-s={name}
                aria-pressed={state === name}
                onClick={() => onState(name)}
              >
                {n} {words}
              </button>
              {i < told.length - 2 ? ',' : ''}
            </span>
          </Fragment>
        ))}
        {after}{' '}
        {home.lastJudgedAt === null ? t('never') : t('judged', { age: relative(home.lastJudgedAt, now(), lang) })}
        {', '}
        {home.sealed === null ? t('unsealed') : t('sealed', { size: number(home.sealed.size, lang) })}.
      </p>
      <Ribbon controls={home.controls} />
    </>
  )
}

function Ribbon({ controls }: { readonly controls: readonly PolicyLine[] }) {
  const t = useTexts(POLICY)
  const word = useTexts(STATES)
  return (
    <nav className="ribbon" aria-label={t('ribbon')}>
      {controls.map((c) => (
        <a
          key={c.id}
          href={`#${c.id}`}
          data-s={c.state}
          tabIndex={-1}
          aria-label={`${c.id}: ${word(c.state)}`}
          title={`${c.id}: ${word(c.state)}`}
        >
          <span className="sr">{c.id}</span>
        </a>
      ))}
    </nav>
  )
}
