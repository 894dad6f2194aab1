import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { AccessView } from '../../../capabilities/access/contract.ts'
import { send } from '../../api/client.ts'
import { ACCESS } from '../../text/access.ts'
import { seconds as timeOf } from '../../text/format.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Choice, Field, LongField } from '../../ui/Field.tsx'
import { Problem } from '../../ui/Notice.tsx'

const TIMES = [900, 3600, 7200, 14_400, 28_800, 86_400, 604_800]

/** Asks for access: what, why, how long. */
export function AskForm({ view, onClose }: { readonly view: AccessView; readonly onClose: () => void }) {
  const t = useTexts(ACCESS)
  const { lang } = useLang()
  const client = useQueryClient()
  const [name, setName] = useState(view.entitlements[0]?.name ?? '')
  const [time, setTime] = useState('3600')
  const [need, setNeed] = useState('')
  const [receiver, setReceiver] = useState('')
  const [key, setKey] = useState(view.sshKeys[0]?.fingerprint ?? '')
  const [address, setAddress] = useState('')
  const chosen = view.entitlements.find((e) => e.name === name)
  const save = useMutation({
    mutationFn: (body: object) => send('POST', '/api/access/requests', body),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['access'] })
      onClose()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate({
      entitlement: name,
      receiver: receiver.trim() === '' ? null : receiver,
      seconds: Number(time),
      need,
      credential: chosen?.kind === 'network' ? address : chosen?.kind === 'host' && receiver.trim() === '' ? key : null,
    })
  }
  const blocked = chosen?.kind === 'postgres' || (chosen?.kind === 'host' && receiver === '' && key === '')
  return (
    <Dialog title={t('ask')} onClose={onClose}>
      <form onSubmit={submit}>
        <Choice label={t('entitlement')} value={name} onChange={setName}>
          {view.entitlements.map((e) => (
            <option key={e.name} value={e.name}>
              {e.title[lang]} ({e.system}){e.ready ? '' : `: ${t('notReady')}`}
            </option>
          ))}
        </Choice>
        {chosen?.kind === 'postgres' && <p className="help">{t('databaseByCli', { system: chosen.system })}</p>}
        {chosen?.kind === 'host' && view.sshKeys.length === 0 && <p className="help">{t('noKeys')}</p>}
        {chosen?.kind === 'host' && view.sshKeys.length > 0 && (
          <Choice label={t('key')} value={key} onChange={setKey}>
            {view.sshKeys.map((k) => (
              <option key={k.fingerprint} value={k.fingerprint}>
                {k.label} {k.fingerprint.slice(0, 20)}…
              </option>
            ))}
          </Choice>
        )}
        {chosen?.kind === 'network' && (
          <Field label={t('address')} help={t('addressHelp')} value={address} onChange={setAddress} maxLength={45} />
        )}
        <Choice label={t('duration')} value={time} onChange={setTime}>
          {TIMES.filter((one) => one <= (chosen?.longestSeconds ?? 0)).map((one) => (
            <option key={one} value={one}>
              {timeOf(one, lang)}
            </option>
          ))}
        </Choice>
        <LongField label={t('need')} value={need} onChange={setNeed} />
        <Field label={t('receiver')} value={receiver} onChange={setReceiver} required={false} maxLength={200} />
        {save.error !== null && <Problem error={save.error} />}
        <p className="actions">
          <button type="submit" className="primary" disabled={save.isPending || blocked}>
            {t('send')}
          </button>
          <button type="button" onClick={onClose}>
            {t('cancel')}
          </button>
        </p>
      </form>
    </Dialog>
  )
}
