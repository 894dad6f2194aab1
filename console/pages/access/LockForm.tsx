import { useState } from 'react'
import { send } from '../../api/client.ts'
import { ACCESS } from '../../text/access.ts'
import { useTexts } from '../../text/lang.tsx'
import { Act } from '../../ui/Act.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Choice, Field, LongField } from '../../ui/Field.tsx'

/** Locks somebody or something: everything ends at once. */
export function LockForm({ onClose }: { readonly onClose: () => void }) {
  const t = useTexts(ACCESS)
  const [kind, setKind] = useState('person')
  const [target, setTarget] = useState('')
  const [reason, setReason] = useState('')
  const [left, setLeft] = useState(false)
  return (
    <Dialog title={t('lockTitle')} onClose={onClose}>
      <p className="help">{t('lockHelp')}</p>
      <Choice label={t('kind')} value={kind} onChange={setKind}>
        <option value="person">{t('person')}</option>
        <option value="host">{t('host')}</option>
      </Choice>
      <Field label={t('name')} value={target} onChange={setTarget} maxLength={200} />
      <LongField label={t('reason')} value={reason} onChange={setReason} />
      {kind === 'person' && (
        <p>
          <label>
            <input type="checkbox" checked={left} onChange={(event) => setLeft(event.target.checked)} /> {t('left')}
          </label>
        </p>
      )}
      <p className="actions">
        <Act
          className="primary"
          act={() => send('POST', '/api/access/locks', { kind, target, reason, left })}
          onDone={onClose}
        >
          {t('lock')}
        </Act>
        <button type="button" onClick={onClose}>
          {t('cancel')}
        </button>
      </p>
    </Dialog>
  )
}
