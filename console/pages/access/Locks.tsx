import { useState } from 'react'
import type { AccessView } from '../../../capabilities/access/contract.ts'
import { send } from '../../api/client.ts'
import { ACCESS } from '../../text/access.ts'
import { moment } from '../../text/format.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { Act } from '../../ui/Act.tsx'
import { LockForm } from './LockForm.tsx'

/** Who and what is locked. */
export function Locks({ view }: { readonly view: AccessView }) {
  const t = useTexts(ACCESS)
  const { lang } = useLang()
  const [locking, setLocking] = useState(false)
  return (
    <section>
      <h2>{t('locks')}</h2>
      {view.locks.length === 0 && <p>{t('none')}</p>}
      <ul className="plain">
        {view.locks.map((l) => (
          <li key={`${l.kind} ${l.target} ${l.at}`}>
            <b>{l.target}</b>: {l.reason} ({l.by}, {moment(l.at, lang)}){' '}
            <Act act={() => send('POST', '/api/access/locks/lift', { kind: l.kind, target: l.target })}>
              {t('lift')}
            </Act>
          </li>
        ))}
      </ul>
      <p>
        <button type="button" onClick={() => setLocking(true)}>
          {t('lockTitle')}
        </button>
      </p>
      {locking && <LockForm onClose={() => setLocking(false)} />}
    </section>
  )
}
