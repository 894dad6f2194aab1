import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { AccountRow } from '../../../capabilities/identity/contract.ts'
import { get, send } from '../../api/client.ts'
import { ACCOUNTS } from '../../text/account.ts'
import { moment, number } from '../../text/format.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { Act } from '../../ui/Act.tsx'
import { Age } from '../../ui/Age.tsx'
import { Pending } from '../../ui/Notice.tsx'
import { useTitle } from '../../ui/use-title.ts'
import { InviteForm } from './InviteForm.tsx'
import type { Invited } from './invited.ts'
import { RolesForm } from './RolesForm.tsx'

/** Who may sign in, with which roles. */
export function AccountsPage() {
  const t = useTexts(ACCOUNTS)
  const { lang } = useLang()
  useTitle(t('title'))
  const [inviting, setInviting] = useState(false)
  const [changing, setChanging] = useState<AccountRow | null>(null)
  const [invited, setInvited] = useState<Invited | null>(null)
  const { data, error, refetch } = useQuery({
    queryKey: ['accounts'],
    queryFn: ({ signal }) => get<{ accounts: AccountRow[] }>('/api/accounts', signal),
  })
  if (data === undefined) return <Pending error={error} onAgain={() => void refetch()} />
  return (
    <div className="wide">
      <h1>{t('title')}</h1>
      <p className="lead">{t('lead')}</p>
      <p>
        <button type="button" className="primary" onClick={() => setInviting(true)}>
          {t('invite')}
        </button>
      </p>
      {invited !== null && (
        <div className="notice" role="status">
          <p>{t('link', { until: moment(invited.until, lang) })}</p>
          <code className="secret">{invited.link}</code>{' '}
          <button type="button" onClick={() => void navigator.clipboard.writeText(invited.link)}>
            {t('copy')}
          </button>
        </div>
      )}
      <table>
        <thead>
          <tr>
            <th scope="col">{t('name')}</th>
            <th scope="col">{t('roles')}</th>
            <th scope="col">{t('ways')}</th>
            <th scope="col">{t('seen')}</th>
            <th scope="col">{t('sessions')}</th>
            <th scope="col">{t('actions')}</th>
          </tr>
        </thead>
        <tbody>
          {data.accounts.map((a) => (
            <tr key={a.id}>
              <th scope="row">
                {a.name}
                <br />
                <code>{a.login}</code>
              </th>
              <td>{a.roles.map((role) => t(role).split(':')[0]).join(', ')}</td>
              <td>
                {a.lockedAt !== null ? t('locked') : a.methods.length === 0 ? t('invited') : a.methods.join(', ')}
              </td>
              <td>
                <Age at={a.lastSeenAt} />
              </td>
              <td>{number(a.sessions, lang)}</td>
              <td className="row-actions">
                <button type="button" className="link" onClick={() => setChanging(a)}>
                  {t('changeRoles')}
                </button>
                <Act act={() => send('POST', `/api/accounts/${a.id}/${a.lockedAt === null ? 'lock' : 'unlock'}`)}>
                  {t(a.lockedAt === null ? 'lock' : 'unlock')}
                </Act>
                <Act act={async () => setInvited(await send<Invited>('POST', `/api/accounts/${a.id}/invitation`))}>
                  {t('again')}
                </Act>
                {a.sessions > 0 && (
                  <Act act={() => send('DELETE', `/api/accounts/${a.id}/sessions`)}>{t('endSessions')}</Act>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {inviting && <InviteForm onClose={() => setInviting(false)} onInvited={setInvited} />}
      {changing !== null && <RolesForm account={changing} onClose={() => setChanging(null)} />}
    </div>
  )
}
