import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ReviewedRule, ReviewView } from '../../../capabilities/firewall/contract-review.ts'
import { send } from '../../api/client.ts'
import { FIREWALL } from '../../text/firewall.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { Act } from '../../ui/Act.tsx'
import { Choice, Field } from '../../ui/Field.tsx'
import { Pending } from '../../ui/Notice.tsx'

type Decision = ReviewedRule['proposal']

/** The desk where every rule of a host is decided: what was found stands beside it. */
export function Review({ host, onClose }: { readonly host: string; readonly onClose: () => void }) {
  const t = useTexts(FIREWALL)
  const { lang } = useLang()
  const { data, error, refetch } = useQuery({
    queryKey: ['firewall-review', host],
    queryFn: () => send<ReviewView>('POST', `/api/firewall/hosts/${host}/review`),
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (data === undefined) return <Pending error={error} onAgain={() => void refetch()} />
  return (
    <section>
      <h2>{t('reviewTitle', { host })}</h2>
      <p>
        <a href={`/api/firewall/reviews/${data.id}/report?lang=${lang}`}>{t('report')}</a>
      </p>
      <p className="help">{t('sign', { host })}</p>
      <div className="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">{t('rule')}</th>
              <th scope="col">{t('found')}</th>
              <th scope="col">{t('decision')}</th>
            </tr>
          </thead>
          <tbody>
            {data.rules.map((rule) => (
              <tr key={rule.rule}>
                <th scope="row">
                  {rule.id}
                  <br />
                  <code>{rule.text}</code>
                </th>
                <td>
                  {rule.flags.map((flag) => t(flag)).join('; ') || '–'}
                  {rule.by.length > 0 && ` (${rule.by.join(', ')})`}
                </td>
                <td>
                  <Decide review={data} rule={rule} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <button type="button" onClick={onClose}>
        {t('cancel')}
      </button>
    </section>
  )
}

function Decide({ review, rule }: { readonly review: ReviewView; readonly rule: ReviewedRule }) {
  const t = useTexts(FIREWALL)
  const made = review.decisions.find((one) => one.rule === rule.rule)
  const [decision, setDecision] = useState<Decision>(made?.decision ?? rule.proposal)
  const [reason, setReason] = useState(made?.reason ?? '')
  if (review.closedAt !== null) return made === undefined ? null : `${t(made.decision)}: ${made.reason}`
  const save = () => send('POST', `/api/firewall/reviews/${review.id}/decide`, { rule: rule.rule, decision, reason })
  return (
    <>
      {made !== undefined && (
        <p>
          <b>{t(made.decision)}</b>: {made.reason}
        </p>
      )}
      <Choice label={t('decision')} value={decision} onChange={(value) => setDecision(value as Decision)}>
        {(['keep', 'narrow', 'remove'] as const).map((one) => (
          <option key={one} value={one}>
            {t(one)}
          </option>
        ))}
      </Choice>
      <Field label={t('reason')} value={reason} onChange={setReason} maxLength={1000} />
      {reason.trim() !== '' && <Act act={save}>{t('decide')}</Act>}
    </>
  )
}
