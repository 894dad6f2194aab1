import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { send } from '../../api/client.ts'
import { ACCESS } from '../../text/access.ts'
import { day } from '../../text/format.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { Act } from '../../ui/Act.tsx'
import { Field, LongField } from '../../ui/Field.tsx'
import { accessQuery } from '../access/use-access.ts'

/** The own SSH keys: for hosts, and for the command line. */
export function SshKeys() {
  const t = useTexts(ACCESS)
  const { lang } = useLang()
  const { data } = useQuery({ ...accessQuery, retry: false })
  const [line, setLine] = useState('')
  const [label, setLabel] = useState('')
  if (data === undefined) return null
  const add = async () => {
    await send('POST', '/api/me/ssh-keys', { line, label })
    setLine('')
    setLabel('')
  }
  return (
    <section>
      <h2>{t('keysTitle')}</h2>
      <p className="help">{t('keysHelp')}</p>
      <ul className="plain">
        {data.sshKeys.map((key) => (
          <li key={key.fingerprint}>
            <b>{key.label}</b>, {day(key.addedAt, lang)}, <code>{key.fingerprint}</code>{' '}
            <Act act={() => send('DELETE', `/api/me/ssh-keys/${encodeURIComponent(key.fingerprint)}`)}>
              {t('removeKey')}
            </Act>
          </li>
        ))}
      </ul>
      <LongField label={t('line')} value={line} onChange={setLine} />
      <Field label={t('label')} value={label} onChange={setLabel} maxLength={80} required={false} />
      <p className="actions">
        <Act className="button" act={add}>
          {t('addKey')}
        </Act>
      </p>
    </section>
  )
}
