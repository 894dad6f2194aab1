import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { send } from '../../api/client.ts'
import { PasskeyCancelled, signInWithPasskey } from '../../api/passkey.ts'
import { sessionQuery, useOrganisation } from '../../api/session.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { SIGN_IN } from '../../text/sign-in.ts'
import { Field } from '../../ui/Field.tsx'
import { Problem } from '../../ui/Notice.tsx'
import { Plain } from '../../ui/Plain.tsx'
import { useTitle } from '../../ui/use-title.ts'

/** Passkey first; password with a code; whoever else may say who somebody is. */
export function SignInPage() {
  const t = useTexts(SIGN_IN)
  const { lang } = useLang()
  const { passkeys, providers, setup } = useOrganisation()
  const search = useSearch({ strict: false }) as Readonly<Record<string, string>>
  const client = useQueryClient()
  const navigate = useNavigate()
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  useTitle(t('title'))
  const signIn = useMutation({
    mutationFn: (way: 'passkey' | 'password') =>
      way === 'passkey' ? signInWithPasskey() : send('POST', '/api/sign-in/password', { login, password, code }),
    onSuccess: async () => {
      await client.fetchQuery({ ...sessionQuery, staleTime: 0 })
      await navigate({ href: localPath(search['to']) } as never)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    signIn.mutate('password')
  }
  return (
    <Plain title={t('title')}>
      {setup && <p className="notice">{t('setup')}</p>}
      {search['problem'] !== undefined && (
        <p className="notice" data-s="alarm" role="alert">
          {t('problem', { code: search['problem'] })}
        </p>
      )}
      {signIn.error !== null &&
        (signIn.error instanceof PasskeyCancelled ? (
          <p className="notice" data-s="alarm" role="alert">
            {t('cancelled')}
          </p>
        ) : (
          <Problem error={signIn.error} />
        ))}
      {passkeys && (
        <p>
          <button
            type="button"
            className="primary"
            disabled={signIn.isPending}
            onClick={() => signIn.mutate('passkey')}
          >
            {t('passkey')}
          </button>
        </p>
      )}
      {providers.map((provider) => (
        <p key={provider.id}>
          <a className="button" href={`/api/sign-in/oidc/${encodeURIComponent(provider.id)}`}>
            {t('with', { name: provider.name })}
          </a>
        </p>
      ))}
      <form onSubmit={submit} aria-label={t('password')}>
        <h2>{t('password')}</h2>
        <Field label={t('login')} value={login} onChange={setLogin} autoComplete="username" maxLength={200} />
        <Field
          label={t('secret')}
          type="password"
          value={password}
          onChange={setPassword}
          autoComplete="current-password"
          maxLength={1000}
        />
        <Field label={t('code')} value={code} onChange={setCode} autoComplete="one-time-code" maxLength={64} />
        <p className="actions">
          <button type="submit" disabled={signIn.isPending}>
            {t('go')}
          </button>
        </p>
      </form>
      <p>
        <a href={`/trust/${lang}`}>{t('trust')}</a>
      </p>
    </Plain>
  )
}

/** Back to where somebody wanted to go, and never to another site. */
const localPath = (to: string | undefined): string =>
  to !== undefined && /^\/(?![/\\])/.test(to) && !to.startsWith('/sign-in') ? to : '/policy'
