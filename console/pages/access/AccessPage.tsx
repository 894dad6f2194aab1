import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiProblem } from '../../api/client.ts'
import { ACCESS } from '../../text/access.ts'
import { useTexts } from '../../text/lang.tsx'
import { Empty, Pending } from '../../ui/Notice.tsx'
import { useTitle } from '../../ui/use-title.ts'
import { AskForm } from './AskForm.tsx'
import { Become } from './Become.tsx'
import { EndedGrants, LiveGrants } from './Grants.tsx'
import { Locks } from './Locks.tsx'
import { OwnRequests, WaitingRequests } from './Requests.tsx'
import { accessQuery } from './use-access.ts'

/** What somebody can ask for, has, and has to decide. */
export function AccessPage() {
  const t = useTexts(ACCESS)
  useTitle(t('title'))
  const [asking, setAsking] = useState(false)
  const { data, error, refetch } = useQuery(accessQuery)
  if (error instanceof ApiProblem && error.code === 'access.off') {
    return (
      <div className="page">
        <h1>{t('title')}</h1>
        <Empty title={error.message} />
      </div>
    )
  }
  if (data === undefined) return <Pending error={error} onAgain={() => void refetch()} />
  return (
    <div className="page">
      <h1>{t('title')}</h1>
      <p className="lead">{t('lead')}</p>
      {data.entitlements.length === 0 ? (
        <Empty title={t('nothingToAsk')} />
      ) : (
        <p>
          <button type="button" className="primary" onClick={() => setAsking(true)}>
            {t('ask')}
          </button>
        </p>
      )}
      {data.mayApprove && !data.approver && <Become view={data} />}
      {data.mayApprove && <WaitingRequests view={data} />}
      <LiveGrants view={data} />
      <OwnRequests view={data} />
      <EndedGrants grants={data.ended} />
      {data.mayApprove && <Locks view={data} />}
      {asking && <AskForm view={data} onClose={() => setAsking(false)} />}
    </div>
  )
}
