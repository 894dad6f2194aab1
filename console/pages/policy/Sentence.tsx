import { Link } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import type { PolicyLine } from '../../../capabilities/overview/contract.ts'
import { useMay } from '../../api/session.ts'
import { number } from '../../text/format.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { POLICY } from '../../text/policy.ts'
import { STATES } from '../../text/states.ts'
import { Age } from '../../ui/Age.tsx'
import { History } from '../../ui/History.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { Loading } from '../../ui/Notice.tsx'

const Details = lazy(() => import('./Details.tsx').then((m) => ({ default: m.Details })))

interface SentenceProps {
  readonly line: PolicyLine
  readonly open: boolean
  readonly onToggle: () => void
}

/** One promise: the sentence, and in the margin what was measured. */
export function Sentence({ line, open, onToggle }: SentenceProps) {
  const t = useTexts(POLICY)
  const word = useTexts(STATES)
  const may = useMay()
  const { lang } = useLang()
  const readable = may('read')
  return (
    <li className="claim" id={line.id} data-s={line.state}>
      {readable ? (
        <button
          type="button"
          className="id"
          aria-expanded={open}
          aria-label={`${line.id}: ${open ? t('close') : t('open')}`}
          onClick={onToggle}
        >
          {line.id}
        </button>
      ) : (
        <span className="id">{line.id}</span>
      )}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the button beside it has the keyboard */}
      <p className="words" onClick={readable ? onToggle : undefined}>
        {line.claim[lang]}
      </p>
      <div className="margin">
        <Mark state={line.state} />
        <b>{word(line.state)}</b>
        <Age at={line.state === 'ok' ? line.measuredAt : (line.since ?? line.measuredAt)} />
        <span>{usePopulation(line)}</span>
        <History letters={line.history} />
      </div>
      {line.worst !== null && !open && (
        <p className="worst">
          <code>
            {line.worst.system}
            {line.worst.resource === line.worst.system || line.worst.resource === '' ? '' : ` / ${line.worst.resource}`}
          </code>{' '}
          {line.worst.text[lang]}
          {line.open > 1 && (
            <>
              {' · '}
              {readable ? (
                <Link to="/findings" search={{ control: line.id } as never}>
                  {t('more', { n: number(line.open - 1, lang) })}
                </Link>
              ) : (
                t('more', { n: number(line.open - 1, lang) })
              )}
            </>
          )}
        </p>
      )}
      {open && readable && (
        <Suspense fallback={<Loading />}>
          <Details control={line.id} />
        </Suspense>
      )}
    </li>
  )
}

function usePopulation(line: PolicyLine): string {
  const t = useTexts(POLICY)
  const { lang } = useLang()
  if (line.population === 0) return line.checks === 0 && line.state === 'unmeasured' ? t('noCheck') : ''
  const systems = line.systems === 1 ? t('system') : t('systems', { n: number(line.systems, lang) })
  const n = number(line.population, lang)
  return line.open > 0 ? t('violations', { bad: number(line.open, lang), n, systems }) : t('population', { n, systems })
}
