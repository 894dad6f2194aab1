import type { AccessView, GrantView } from '../../../capabilities/access/contract.ts'
import { send } from '../../api/client.ts'
import { ACCESS } from '../../text/access.ts'
import { moment, number } from '../../text/format.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { Act } from '../../ui/Act.tsx'
import { Age } from '../../ui/Age.tsx'
import { Mark } from '../../ui/Mark.tsx'

/** What is live, with a way to end it. */
export function LiveGrants({ view }: { readonly view: AccessView }) {
  const t = useTexts(ACCESS)
  return (
    <section>
      <h2>{t('live')}</h2>
      {view.grants.length === 0 ? (
        <p>{t('none')}</p>
      ) : (
        <div className="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">{t('person')}</th>
                <th scope="col">{t('entitlement')}</th>
                <th scope="col">{t('system')}</th>
                <th scope="col">{t('until')}</th>
                <th scope="col">{t('state')}</th>
                <th scope="col">{t('actions')}</th>
              </tr>
            </thead>
            <tbody>
              {view.grants.map((g) => (
                <tr key={g.id}>
                  <th scope="row">{g.person}</th>
                  <td>{g.entitlement}</td>
                  <td>{g.system}</td>
                  <td>
                    <Age at={g.until} />
                  </td>
                  <td>{g.appliedAt === null ? (g.problem ?? t('applying')) : t('applied')}</td>
                  <td className="row-actions">
                    <Act act={() => send('POST', `/api/access/grants/${g.id}/end`)}>{t('end')}</Act>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}

const REASONS = { time: 'byTime', early: 'byEarly', lock: 'byLock', left: 'byLeft', drill: 'byDrill' } as const

/** What has ended, with the receipt of its revocation. */
export function EndedGrants({ grants }: { readonly grants: readonly GrantView[] }) {
  const t = useTexts(ACCESS)
  const { lang } = useLang()
  return (
    <section>
      <h2>{t('ended')}</h2>
      {grants.length === 0 ? (
        <p>{t('none')}</p>
      ) : (
        <ul className="plain receipts">
          {grants.map((g) => (
            <li key={g.id}>
              <b>{g.person}</b>, {g.entitlement}, {g.system}
              <br />
              {g.endedAt !== null && moment(g.endedAt, lang)}
              {g.endReason !== null && `, ${t(REASONS[g.endReason])}`}
              {g.endedBy !== null && g.endedBy !== g.person && ` (${g.endedBy})`}
              <br />
              <Receipt grant={g} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

/** How far taking away has come, and what was seen after it. */
export function Receipt({ grant: { step, endedAt } }: { readonly grant: GrantView }) {
  const t = useTexts(ACCESS)
  const { lang } = useLang()
  if (step === null || endedAt === null) return null
  if (step.verifiedAt !== null) {
    const seconds = (Date.parse(step.verifiedAt) - Date.parse(endedAt)) / 1000
    return (
      <span data-s="ok">
        <Mark state="ok" /> {t('receipt', { seconds: number(Math.max(0, seconds), lang) })}
        {step.probe === 'refused' && `, ${t('probeRefused')}`}
      </span>
    )
  }
  if (step.state === 'cannot') {
    const until = step.residualUntil === null ? '' : moment(step.residualUntil, lang)
    return (
      <span data-s="stale">
        <Mark state="stale" /> {t('cannot', { until })}: {step.reason}
      </span>
    )
  }
  const failed = step.state === 'failed'
  return (
    <span data-s={failed ? 'alarm' : 'stale'}>
      <Mark state={failed ? 'alarm' : 'stale'} /> {t(failed ? 'failing' : 'pending')}
      {step.reason !== null && `: ${step.reason}`}
    </span>
  )
}
