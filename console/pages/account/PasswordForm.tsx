import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { send } from '../../api/client.ts'
import { ACCOUNT } from '../../text/account.ts'
import { useTexts } from '../../text/lang.tsx'
import { ActProblem } from '../../ui/Act.tsx'
import { Field } from '../../ui/Field.tsx'
import { Loading } from '../../ui/Notice.tsx'
import { TotpPicture } from '../../ui/TotpPicture.tsx'

interface PasswordFormProps {
  /** One-time codes are not set up yet: they come with the password. */
  readonly withTotp: boolean
  readonly onDone: (recoveryCodes: readonly string[]) => void
}

interface Offer {
  readonly ceremony: string
  readonly secret: string
  readonly uri: string
}

/** A new password, and one-time codes where there are none yet. */
export function PasswordForm({ withTotp, onDone }: PasswordFormProps) {
  const t = useTexts(ACCOUNT)
  const client = useQueryClient()
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const offer = useQuery({
    queryKey: ['totp-offer'],
    queryFn: () => send<Offer>('POST', '/api/me/totp/offer'),
    enabled: withTotp,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  const save = useMutation({
    mutationFn: () =>
      send<{ recoveryCodes: string[] }>('PUT', '/api/me/password', {
        current: current === '' ? null : current,
        password,
        totp: offer.data === undefined ? null : { ceremony: offer.data.ceremony, code },
      }),
    onSuccess: async ({ recoveryCodes }) => {
      await client.invalidateQueries({ queryKey: ['account'] })
      onDone(recoveryCodes)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  if (withTotp && offer.isLoading) return <Loading lines={3} />
  return (
    <form onSubmit={submit}>
      <Field
        label={t('current')}
        type="password"
        value={current}
        onChange={setCurrent}
        required={false}
        autoComplete="current-password"
        maxLength={1000}
      />
      <Field
        label={t('fresh')}
        type="password"
        value={password}
        onChange={setPassword}
        autoComplete="new-password"
        maxLength={1000}
      />
      {offer.data !== undefined && (
        <>
          <TotpPicture uri={offer.data.uri} />
          <p>
            {t('totpKey')} <code className="secret">{offer.data.secret}</code>
          </p>
          <Field
            label={t('code')}
            value={code}
            onChange={setCode}
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={10}
          />
        </>
      )}
      <ActProblem error={save.error ?? offer.error} />
      <p className="actions">
        <button type="submit" className="primary" disabled={save.isPending}>
          {t('save')}
        </button>
      </p>
    </form>
  )
}
