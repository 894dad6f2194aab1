import { useState } from 'react'
import type { AccessView } from '../../../capabilities/access/contract.ts'
import { send } from '../../api/client.ts'
import { ACCESS } from '../../text/access.ts'
import { useTexts } from '../../text/lang.tsx'
import { Act } from '../../ui/Act.tsx'

/** Whoever may approve by role still needs a key that the keeper knows. */
export function Become({ view }: { readonly view: AccessView }) {
  const t = useTexts(ACCESS)
  const [waits, setWaits] = useState(false)
  const [passkey] = view.credentials.ids
  const enrol = async () => {
    const answer = await send<{ waits: boolean }>('POST', '/api/access/approvers', { passkey, ssh: null })
    setWaits(answer.waits)
  }
  return (
    <section className="notice" data-s="stale">
      <h2>{t('becomeTitle')}</h2>
      <p>{t('become')}</p>
      {waits ? (
        <p role="status">{t('becomeWaits')}</p>
      ) : passkey === undefined ? (
        <p>{t('noPasskey')}</p>
      ) : (
        <p>
          <Act className="primary" act={enrol}>
            {t('becomeButton')}
          </Act>
        </p>
      )}
    </section>
  )
}
