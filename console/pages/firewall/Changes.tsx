import { useEffect, useState } from 'react'
import type { ChangeView, FirewallView } from '../../../capabilities/firewall/contract.ts'
import { signText } from '../../api/approve.ts'
import { send } from '../../api/client.ts'
import { FIREWALL } from '../../text/firewall.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { now } from '../../text/now.ts'
import { Act } from '../../ui/Act.tsx'
import { Age } from '../../ui/Age.tsx'
import { Difference } from './Difference.tsx'

type Change = FirewallView['changes'][number]

/** Changes, the newest first, with what can be done with each. */
export function Changes({ view }: { readonly view: FirewallView }) {
  const t = useTexts(FIREWALL)
  return (
    <section>
      <h2>{t('changes')}</h2>
      {view.changes.length === 0 && <p>{t('none')}</p>}
      {view.changes.map((change) => (
        <article className="asked" key={change.id}>
          <One change={change} view={view} />
        </article>
      ))}
    </section>
  )
}

function One({ change, view }: { readonly change: Change; readonly view: FirewallView }) {
  const t = useTexts(FIREWALL)
  const { id, host, need, author, approvedBy, state, shown, text, deadline } = change
  const at = `/api/firewall/changes/${id}`
  const approve = async () => send('POST', `${at}/approve`, { passkey: await signText(text, view.credentials) })
  const end = (how: 'refused' | 'withdrawn') => send('POST', `${at}/end`, { how })
  return (
    <>
      <p>
        <b>
          {host}: {t(state)}
        </b>
        , {t('by', { who: author })}, <Age at={change.createdAt} />
        <br />
        {need}
        {approvedBy.length > 0 && (
          <>
            <br />
            {t('approvedBy', { who: approvedBy.join(', ') })}
          </>
        )}
      </p>
      {deadline !== null && <Countdown until={deadline} />}
      <Ending events={change.events} />
      <Difference shown={shown} />
      <details>
        <summary>{t('exact')}</summary>
        <pre>{text}</pre>
      </details>
      <p className="actions">
        {change.mayApprove && (
          <>
            <Act className="primary" act={approve}>
              {t('approve')}
            </Act>
            <Act act={() => end('refused')}>{t('refuse')}</Act>
          </>
        )}
        {state === 'approved' && (
          <Act className="primary" act={() => send('POST', `${at}/apply`)}>
            {t('apply')}
          </Act>
        )}
        {author === view.me && ['proposed', 'approved'].includes(state) && (
          <Act act={() => end('withdrawn')}>{t('withdraw')}</Act>
        )}
      </p>
    </>
  )
}

function Ending({ events }: { readonly events: ChangeView['events'] }) {
  const t = useTexts(FIREWALL)
  const { lang } = useLang()
  const last = events.at(-1)
  if (last === undefined) return null
  const meaning = { equal: 'asApproved', different: 'differs', undecided: 'undecided' } as const
  const parts = [
    last.why?.[lang],
    last.asApproved === null ? null : t(meaning[last.asApproved]),
    last.state !== 'confirmed' ? null : last.purged === null ? t('notPurged') : t('purged', { count: last.purged }),
  ].filter((part) => part !== null && part !== undefined)
  return parts.length === 0 ? null : <p role="status">{parts.join('; ')}</p>
}

/** How long the host still waits before it takes the change back. */
function Countdown({ until }: { readonly until: string }) {
  const t = useTexts(FIREWALL)
  const left = () => Math.max(0, Math.ceil((Date.parse(until) - now()) / 1000))
  const [seconds, setSeconds] = useState(left)
  useEffect(() => {
    const timer = setInterval(() => setSeconds(left()), 500)
    return () => clearInterval(timer)
  })
  return (
    <p role="timer">
      <b>{t('back', { seconds })}</b>
    </p>
  )
}
