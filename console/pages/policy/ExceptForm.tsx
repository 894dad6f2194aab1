import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { NewException } from '../../../capabilities/assurance/contract.ts'
import type { SentenceView } from '../../../capabilities/overview/contract.ts'
import { send } from '../../api/client.ts'
import { FORMS } from '../../text/forms.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Choice, Field, LongField } from '../../ui/Field.tsx'
import { Problem } from '../../ui/Notice.tsx'

/** Takes a deviation on record, with an owner, a reason and an end. */
export function ExceptForm({ view, onClose }: { readonly view: SentenceView; readonly onClose: () => void }) {
  const t = useTexts(FORMS)
  const { lang } = useLang()
  const client = useQueryClient()
  const [check, setCheck] = useState(view.checks[0]?.id ?? '')
  const [system, setSystem] = useState(view.line.worst?.system ?? '')
  const [resource, setResource] = useState(view.line.worst?.resource ?? '')
  const [owner, setOwner] = useState('')
  const [reason, setReason] = useState('')
  const [until, setUntil] = useState('')
  const save = useMutation({
    mutationFn: (body: NewException) => send('POST', '/api/exceptions', body),
    onSuccess: async () => {
      await client.invalidateQueries()
      onClose()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate({
      check,
      system: system.trim() === '' ? null : system.trim(),
      resource: resource.trim() === '' ? null : resource.trim(),
      owner,
      reason,
      until: new Date(`${until}T23:59:59`).toISOString(),
    })
  }
  return (
    <Dialog title={t('exceptTitle')} onClose={onClose}>
      <form onSubmit={submit}>
        <p className="help">{t('exceptHelp')}</p>
        <Choice label={t('check')} value={check} onChange={setCheck}>
          {view.checks.map((c) => (
            <option key={c.id} value={c.id}>
              {c.title[lang]}
            </option>
          ))}
        </Choice>
        <Field label={t('system')} value={system} onChange={setSystem} required={false} maxLength={63} />
        <Field label={t('resource')} value={resource} onChange={setResource} required={false} maxLength={1000} />
        <Field label={t('owner')} value={owner} onChange={setOwner} maxLength={200} />
        <LongField label={t('reason')} value={reason} onChange={setReason} />
        <Field label={t('until')} type="date" value={until} onChange={setUntil} />
        {save.error !== null && <Problem error={save.error} />}
        <p className="actions">
          <button type="submit" className="primary" disabled={save.isPending}>
            {t('save')}
          </button>
          <button type="button" onClick={onClose}>
            {t('cancel')}
          </button>
        </p>
      </form>
    </Dialog>
  )
}
