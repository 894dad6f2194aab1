import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { AccountView } from '../../../capabilities/identity/contract.ts'
import { get, send } from '../../api/client.ts'
import { newPasskey } from '../../api/passkey.ts'
import { useOrganisation } from '../../api/session.ts'
import { ACCOUNT } from '../../text/account.ts'
import { day } from '../../text/format.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { SETUP } from '../../text/sign-in.ts'
import { Act } from '../../ui/Act.tsx'
import { Age } from '../../ui/Age.tsx'
import { Pending } from '../../ui/Notice.tsx'
import { useTitle } from '../../ui/use-title.ts'
import { Codes } from '../setup/Codes.tsx'
import { PasswordForm } from './PasswordForm.tsx'
import { ProfileForm } from './ProfileForm.tsx'
import { SshKeys } from './SshKeys.tsx'

/** How somebody signs in, and where they are signed in. */
export function AccountPage() {
  const t = useTexts(ACCOUNT)
  useTitle(t('title'))
  const { data, error, refetch } = useQuery({
    queryKey: ['account'],
    queryFn: ({ signal }) => get<AccountView>('/api/me', signal),
  })
  if (data === undefined) return <Pending error={error} onAgain={() => void refetch()} />
  return (
    <div className="page">
      <h1>{t('title')}</h1>
      <ProfileForm />
      <Passkeys view={data} />
      <Password view={data} />
      <SshKeys />
      <Sessions view={data} />
      <Linked view={data} />
    </div>
  )
}

function Passkeys({ view }: { readonly view: AccountView }) {
  const t = useTexts(ACCOUNT)
  const setup = useTexts(SETUP)
  const { lang } = useLang()
  const { passkeys } = useOrganisation()
  const add = async () => {
    const made = await newPasskey('/api/me/passkeys/options')
    await send('POST', '/api/me/passkeys', { ...made, label: setup('device') })
  }
  return (
    <section>
      <h2>{t('passkeys')}</h2>
      {view.passkeys.length === 0 && <p>{t('none')}</p>}
      <ul className="plain">
        {view.passkeys.map((key) => (
          <li key={key.id}>
            <b>{key.label}</b>, {t('added', { at: day(key.createdAt, lang) })},{' '}
            {key.lastUsedAt === null ? t('unused') : t('used', { at: day(key.lastUsedAt, lang) })}
            {key.synced && `, ${t('synced')}`}{' '}
            <Act act={() => send('DELETE', `/api/me/passkeys/${key.id}`)}>{t('remove')}</Act>
          </li>
        ))}
      </ul>
      {passkeys && (
        <Act act={add} className="">
          {t('addPasskey')}
        </Act>
      )}
    </section>
  )
}

function Password({ view }: { readonly view: AccountView }) {
  const t = useTexts(ACCOUNT)
  const [changing, setChanging] = useState(false)
  const [codes, setCodes] = useState<readonly string[]>([])
  const { set, totp } = view.password
  const renew = async () => {
    const made = await send<{ recoveryCodes: string[] }>('POST', '/api/me/recovery-codes')
    setCodes(made.recoveryCodes)
  }
  return (
    <section>
      <h2>{t('password')}</h2>
      <p>
        {t(set ? 'passwordSet' : 'passwordUnset')} {set && t('codesLeft', { n: view.recoveryCodesLeft })}
      </p>
      {changing ? (
        <PasswordForm
          withTotp={!totp}
          onDone={(made) => {
            setCodes(made)
            setChanging(false)
          }}
        />
      ) : (
        <p className="actions">
          <button type="button" onClick={() => setChanging(true)}>
            {t(set ? 'changePassword' : 'setPassword')}
          </button>
          {set && (
            <Act act={() => send('DELETE', '/api/me/password')} className="">
              {t('removePassword')}
            </Act>
          )}
          {set && (
            <Act act={renew} className="">
              {t('newCodes')}
            </Act>
          )}
        </p>
      )}
      {codes.length > 0 && <Codes codes={codes} />}
    </section>
  )
}

function Sessions({ view }: { readonly view: AccountView }) {
  const t = useTexts(ACCOUNT)
  return (
    <section>
      <h2>{t('sessions')}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('device')}</th>
            <th scope="col">{t('address')}</th>
            <th scope="col">{t('seen')}</th>
            <th scope="col" />
          </tr>
        </thead>
        <tbody>
          {view.sessions.map((s) => (
            <tr key={s.id}>
              <td>{s.device}</td>
              <td>{s.address}</td>
              <td>
                <Age at={s.lastSeenAt} />
              </td>
              <td className="right">
                {s.current ? (
                  t('thisOne')
                ) : (
                  <Act act={() => send('DELETE', `/api/me/sessions/${s.id}`)}>{t('end')}</Act>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {view.sessions.length > 1 && (
        <Act act={() => send('DELETE', '/api/me/sessions')} className="">
          {t('endOthers')}
        </Act>
      )}
    </section>
  )
}

function Linked({ view }: { readonly view: AccountView }) {
  const t = useTexts(ACCOUNT)
  const { providers } = useOrganisation()
  if (providers.length === 0 && view.linked.length === 0) return null
  const connect = async (id: string) => {
    const { url } = await send<{ url: string }>('POST', `/api/me/linked/${encodeURIComponent(id)}`)
    location.assign(url)
  }
  return (
    <section>
      <h2>{t('linked')}</h2>
      <ul className="plain">
        {view.linked.map((l) => (
          <li key={l.id}>
            {l.provider} <Act act={() => send('DELETE', `/api/me/linked/${l.id}`)}>{t('disconnect')}</Act>
          </li>
        ))}
        {providers
          .filter((p) => !view.linked.some((l) => l.provider === p.id))
          .map((p) => (
            <li key={p.id}>
              <Act act={() => connect(p.id)}>{t('connect', { name: p.name })}</Act>
            </li>
          ))}
      </ul>
    </section>
  )
}
