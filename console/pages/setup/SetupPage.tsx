import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type * as z from 'zod'
import type { Completed, Completion, OpenedLink } from '../../../capabilities/identity/contract.ts'
import { send } from '../../api/client.ts'
import { sessionQuery } from '../../api/session.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { SETUP } from '../../text/sign-in.ts'
import { Loading, Problem } from '../../ui/Notice.tsx'
import { Plain } from '../../ui/Plain.tsx'
import { useTitle } from '../../ui/use-title.ts'
import { Codes } from './Codes.tsx'
import { type Persona, Steps } from './Steps.tsx'

/** The secret of the link is behind `#`, which no server sees; it leaves the address bar at once. */
function takeToken(): string {
  const token = location.hash.slice(1)
  if (token !== '') history.replaceState(history.state, '', location.pathname)
  return token
}

/** First start, or an invitation: language, person, organisation, a way to sign in, recovery codes. */
export function SetupPage() {
  const t = useTexts(SETUP)
  const { lang } = useLang()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [token] = useState(takeToken)
  const opened = useQuery({
    queryKey: ['link', token],
    queryFn: () => send<z.infer<typeof OpenedLink>>('POST', '/api/setup/open', { token }),
    enabled: token !== '',
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const complete = useMutation({
    mutationFn: ({ method, ...persona }: Persona & Pick<z.infer<typeof Completion>, 'method'>) =>
      send<z.infer<typeof Completed>>('POST', '/api/setup/complete', {
        token,
        language: lang,
        name: persona.name,
        login: persona.login,
        method,
        organisation: opened.data?.kind === 'setup' ? { name: persona.organisation, logo: persona.logo } : null,
      }),
    onSuccess: async ({ recoveryCodes }) => {
      await client.fetchQuery({ ...sessionQuery, staleTime: 0 })
      await client.invalidateQueries({ queryKey: ['organisation'] })
      if (recoveryCodes.length === 0) await navigate({ to: '/policy' })
    },
  })
  const title = t(opened.data?.kind === 'invitation' ? 'joinTitle' : 'setupTitle')
  useTitle(title)
  return (
    <Plain title={title}>
      {token === '' && <p className="notice">{t('noLink')}</p>}
      {opened.isLoading && <Loading />}
      {opened.error !== null && <Problem error={opened.error} />}
      {complete.data !== undefined && complete.data.recoveryCodes.length > 0 ? (
        <Codes codes={complete.data.recoveryCodes} onDone={() => void navigate({ to: '/policy' })} />
      ) : (
        opened.data !== undefined && (
          <Steps
            link={opened.data}
            token={token}
            busy={complete.isPending}
            error={complete.error}
            onComplete={(persona, method) => complete.mutate({ ...persona, method })}
          />
        )
      )}
    </Plain>
  )
}
