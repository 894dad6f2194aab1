import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import type { NewAttestation } from '../../../capabilities/assurance/contract.ts'
import { send } from '../../api/client.ts'
import { FORMS } from '../../text/forms.ts'
import { useTexts } from '../../text/lang.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Field, LongField } from '../../ui/Field.tsx'
import { Problem } from '../../ui/Notice.tsx'

interface AttestFormProps {
  readonly control: string
  readonly attestation: string
  readonly onClose: () => void
}

/** Takes on record that somebody vouches, on the strength of a document. */
export function AttestForm({ control, attestation, onClose }: AttestFormProps) {
  const t = useTexts(FORMS)
  const id = useId()
  const client = useQueryClient()
  const [person, setPerson] = useState('')
  const [note, setNote] = useState('')
  const [file, setFile] = useState<File | null>(null)
  const save = useMutation({
    mutationFn: async (document: File) => {
      const body: NewAttestation = {
        control,
        attestation,
        person,
        document: document.name.slice(0, 500),
        documentSha256: await digestOf(document),
        note: note.trim() === '' ? null : note,
        until: null,
      }
      return send('POST', '/api/attestations', body)
    },
    onSuccess: async () => {
      await client.invalidateQueries()
      onClose()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (file !== null) save.mutate(file)
  }
  return (
    <Dialog title={t('attestTitle')} onClose={onClose}>
      <form onSubmit={submit}>
        <Field label={t('person')} value={person} onChange={setPerson} maxLength={200} />
        <p className="field">
          <label htmlFor={id}>{t('document')}</label>
          <input id={id} type="file" required onChange={(event) => setFile(event.target.files?.[0] ?? null)} />
          <span className="help">{t('attestHelp')}</span>
        </p>
        <LongField label={t('note')} value={note} onChange={setNote} required={false} />
        {save.error !== null && <Problem error={save.error} />}
        <p className="actions">
          <button type="submit" className="primary" disabled={save.isPending || file === null}>
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

/** SHA-256, hexadecimal, made in this browser. */
async function digestOf(file: Blob): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer())
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
