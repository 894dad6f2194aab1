import type { KeyOrderView, KeysView } from '../../../capabilities/fields/contract.ts'
import { signText } from '../../api/approve.ts'
import { send } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { number } from '../../text/format.ts'
import { KEYS } from '../../text/keys.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { Act } from '../../ui/Act.tsx'
import { Age } from '../../ui/Age.tsx'

/** What waits for approval, or grants that are live. */
export function Orders({ view, state }: { readonly view: KeysView; readonly state: 'open' | 'live' }) {
  const t = useTexts(KEYS)
  const shown = view.orders.filter((order) => order.state === state)
  return (
    <section>
      <h2>{t(state === 'open' ? 'waiting' : 'live')}</h2>
      {shown.length === 0 && <p>{t('nothing')}</p>}
      {shown.map((order) => (
        <article className="asked" key={order.id}>
          <One order={order} view={view} />
        </article>
      ))}
    </section>
  )
}

function One({ order, view }: { readonly order: KeyOrderView; readonly view: KeysView }) {
  const t = useTexts(KEYS)
  const { lang } = useLang()
  const may = useMay()
  const { id, kind, key, holder, owner, requester, need, text, until, approvedBy } = order
  const at = `/api/key-orders/${id}`
  const approve = async () => send('POST', `${at}/approve`, { passkey: await signText(text, view.credentials) })
  return (
    <>
      <p>
        <b>{t(kind, { key, holder: holder ?? '' })}</b>, {t('by', { who: requester })}, <Age at={order.createdAt} />
        <br />
        {need}
        {owner !== null && (
          <>
            <br />
            {t('owner', { who: owner })}
          </>
        )}
        {order.state === 'live' && until !== null && (
          <>
            <br />
            {t('until')} <Age at={until} />, {t('approvedBy', { who: approvedBy.join(', ') })},{' '}
            {number(order.uses, lang)} {t('uses')}
          </>
        )}
      </p>
      <details>
        <summary>{t('exact')}</summary>
        <pre>{text}</pre>
      </details>
      <p className="actions">
        {order.state === 'open' && !order.own && may('approve') && (
          <Act className="primary" act={approve}>
            {t('approve')}
          </Act>
        )}
        {order.state === 'open' && may('change') && (
          <Act act={() => send('POST', `${at}/refuse`)}>{t(order.own ? 'withdraw' : 'refuse')}</Act>
        )}
        {order.state === 'live' && may('change') && <Act act={() => send('POST', `${at}/revoke`)}>{t('revoke')}</Act>}
      </p>
    </>
  )
}
