import type { AlertView } from '../../../capabilities/detection/contract.ts'
import { send } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { ALERTS } from '../../text/alerts.ts'
import { number } from '../../text/format.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { Act } from '../../ui/Act.tsx'
import { Age } from '../../ui/Age.tsx'
import { Mark } from '../../ui/Mark.tsx'

const STATES = { open: 'alarm', acknowledged: 'stale', closed: 'ok' } as const

/** One alert with its lines. */
export function Alert({ alert }: { readonly alert: AlertView }) {
  const t = useTexts(ALERTS)
  const { lang } = useLang()
  const may = useMay()
  const { id, title, level, about, lastAt, count, state, events, pack, tags, note } = alert
  const decide = (to: 'acknowledged' | 'closed') => () => send('POST', `/api/alerts/${id}/decide`, { state: to })
  return (
    <article>
      <h2>{title}</h2>
      <p data-s={STATES[state]}>
        <Mark state={STATES[state]} /> {t(state)}, {level}, <Age at={lastAt} />,{' '}
        {t('seen', { count: number(count, lang) })}
        {Object.entries(about).map(([name, value]) => (
          <span key={name}>
            {' · '}
            {name} <code>{value}</code>
          </span>
        ))}
        {note !== null && (
          <>
            <br />
            {note}
          </>
        )}
      </p>
      <details>
        <summary>{t('lines')}</summary>
        <pre>{events.map(({ raw }) => raw).join('\n')}</pre>
        <p>
          {tags.join(', ')} {t('pack', { pack: pack.slice(0, 16) })}
        </p>
      </details>
      {may('respond') && state !== 'closed' && (
        <p className="row-actions">
          {state === 'open' && <Act act={decide('acknowledged')}>{t('acknowledge')}</Act>}{' '}
          <Act act={decide('closed')}>{t('close')}</Act>
        </p>
      )}
    </article>
  )
}
