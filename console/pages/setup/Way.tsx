import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type * as z from 'zod'
import type { Completion, OpenedLink } from '../../../capabilities/identity/contract.ts'
import { newPasskey, PasskeyCancelled } from '../../api/passkey.ts'
import { useOrganisation } from '../../api/session.ts'
import { useTexts } from '../../text/lang.tsx'
import { SETUP } from '../../text/sign-in.ts'
import { Field } from '../../ui/Field.tsx'
import { Problem } from '../../ui/Notice.tsx'
import { TotpPicture } from '../../ui/TotpPicture.tsx'

type Method = z.infer<typeof Completion>['method']
interface WayProps {
  readonly token: string
  readonly name: string
  readonly login: string
  readonly totp: z.infer<typeof OpenedLink>['totp']
  readonly busy: boolean
  readonly onMethod: (method: Method) => void
}

/** How somebody will sign in: a passkey, or a password with one-time codes. */
export function Way({ token, name, login, totp, busy, onMethod }: WayProps) {
  const t = useTexts(SETUP)
  const { passkeys } = useOrganisation()
  const [password, setPassword] = useState(!passkeys)
  const [secret, setSecret] = useState('')
  const [code, setCode] = useState('')
  const make = useMutation({
    mutationFn: () => newPasskey('/api/setup/passkey/options', { token, name, login }),
    onSuccess: ({ ceremony, credential }) =>
      onMethod({ kind: 'passkey', ceremony, credential: credential as never, label: t('device') }),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onMethod({ kind: 'password', password: secret, totpSecret: totp.secret, code })
  }
  if (!password) {
    return (
      <>
        <p>{t('passkeyHelp')}</p>
        {make.error !== null &&
          (make.error instanceof PasskeyCancelled ? (
            <p className="notice" data-s="alarm" role="alert">
              {t('cancelled')}
            </p>
          ) : (
            <Problem error={make.error} />
          ))}
        <p className="actions">
          <button type="button" className="primary" disabled={busy || make.isPending} onClick={() => make.mutate()}>
            {t('passkey')}
          </button>
        </p>
        <p>
          <button type="button" className="link" onClick={() => setPassword(true)}>
            {t('orPassword')}
          </button>
        </p>
      </>
    )
  }
  return (
    <form onSubmit={submit}>
      {!passkeys && <p className="help">{t('noPasskeys')}</p>}
      <Field
        label={t('password')}
        type="password"
        value={secret}
        onChange={setSecret}
        autoComplete="new-password"
        maxLength={1000}
      />
      <TotpPicture uri={totp.uri} />
      <p>
        {t('totp')} <code className="secret">{totp.secret}</code> (<a href={totp.uri}>{t('totpLink')}</a>)
      </p>
      <Field
        label={t('code')}
        value={code}
        onChange={setCode}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={10}
      />
      <p className="actions">
        <button type="submit" className="primary" disabled={busy}>
          {t('finish')}
        </button>
      </p>
      {passkeys && (
        <p>
          <button type="button" className="link" onClick={() => setPassword(false)}>
            {t('orPasskey')}
          </button>
        </p>
      )}
    </form>
  )
}
