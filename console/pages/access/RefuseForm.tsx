import { useState } from 'react'
import { send } from '../../api/client.ts'
import { ACCESS } from '../../text/access.ts'
import { useTexts } from '../../text/lang.tsx'
import { Act } from '../../ui/Act.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { LongField } from '../../ui/Field.tsx'

/** Refuses a request, with a word why. */
export function RefuseForm({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const t = useTexts(ACCESS)
  const [note, setNote] = useState('')
  return (
    <Dialog title={t('refuse')} onClose={onClose}>
      <LongField label={t('reason')} value={note} onChange={setNote} required={false} />
      <p className="actions">
        <Act
          className="primary"
          act={() => send('POST', `/api/access/requests/${id}/refuse`, { note })}
          onDone={onClose}
        >
          {t('refuse')}
        </Act>
        <button type="button" onClick={onClose}>
          {t('cancel')}
        </button>
      </p>
    </Dialog>
  )
}
