import { useState } from 'react'
import type { AccessView, RequestView } from '../../../capabilities/access/contract.ts'
import { signText } from '../../api/approve.ts'
import { send } from '../../api/client.ts'
import { ACCESS } from '../../text/access.ts'
import { seconds } from '../../text/format.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { Act } from '../../ui/Act.tsx'
import { Age } from '../../ui/Age.tsx'
import { RefuseForm } from './RefuseForm.tsx'

const STATES = {
  waiting: 'stateWaiting',
  approved: 'stateApproved',
  refused: 'stateRefused',
  withdrawn: 'stateWithdrawn',
  expired: 'stateExpired',
} as const

/** One request in words; what is signed stands below it, exactly. */
function Asked({ request: r }: { readonly request: RequestView }) {
  const t = useTexts(ACCESS)
  const { lang } = useLang()
  return (
    <>
      <p>
        <b>{t('wants', { who: r.receiver, what: r.entitlement, system: r.system, time: seconds(r.seconds, lang) })}</b>
        {r.requester !== r.receiver && `, ${t('forOther', { who: r.requester })}`}
        <br />
        {r.need}
        {r.approvedBy.length > 0 && (
          <>
            <br />
            {t('approvedBy', { who: r.approvedBy.join(', ') })}
          </>
        )}
      </p>
      <details>
        <summary>{t('exact')}</summary>
        <pre>{r.text}</pre>
      </details>
    </>
  )
}

/** What waits for the signature of whoever reads it. */
export function WaitingRequests({ view }: { readonly view: AccessView }) {
  const t = useTexts(ACCESS)
  const [refusing, setRefusing] = useState<string | null>(null)
  const approve = async ({ id, text }: RequestView) =>
    send('POST', `/api/access/requests/${id}/approve`, { passkey: await signText(text, view.credentials) })
  const sign = async (id: string, text: string) =>
    send('POST', `/api/access/enrolments/${id}/sign`, { passkey: await signText(text, view.credentials) })
  return (
    <section>
      <h2>{t('waiting')}</h2>
      {view.waiting.length + view.enrolments.length === 0 && <p>{t('none')}</p>}
      {view.waiting.map((r) => (
        <article className="asked" key={r.id}>
          <Asked request={r} />
          <p className="actions">
            <Act className="primary" act={() => approve(r)}>
              {t('approve')}
            </Act>
            <button type="button" onClick={() => setRefusing(r.id)}>
              {t('refuse')}
            </button>
          </p>
        </article>
      ))}
      {view.enrolments.map((e) => (
        <article className="asked" key={e.id}>
          <p>
            <b>{t('newApprover', { who: e.person })}</b>
          </p>
          <pre>{e.text}</pre>
          <p className="actions">
            <Act className="primary" act={() => sign(e.id, e.text)}>
              {t('sign')}
            </Act>
          </p>
        </article>
      ))}
      {refusing !== null && <RefuseForm id={refusing} onClose={() => setRefusing(null)} />}
    </section>
  )
}

/** What somebody asked for, and how it stands. */
export function OwnRequests({ view }: { readonly view: AccessView }) {
  const t = useTexts(ACCESS)
  const open = view.requests.filter((r) => r.state !== 'approved')
  if (open.length === 0) return null
  return (
    <section>
      <h2>{t('mine')}</h2>
      {open.slice(0, 20).map((r) => (
        <article className="asked" key={r.id}>
          <Asked request={r} />
          <p className="actions">
            <span>
              {t(STATES[r.state])}, <Age at={r.createdAt} />
              {r.note !== null && r.note !== '' && `: ${r.note}`}
            </span>
            {r.state === 'waiting' && (
              <Act act={() => send('POST', `/api/access/requests/${r.id}/withdraw`)}>{t('withdraw')}</Act>
            )}
          </p>
        </article>
      ))}
    </section>
  )
}
