import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { ApiProblem, send } from '../api/client.ts'
import { ACCOUNT } from '../text/account.ts'
import { useTexts } from '../text/lang.tsx'
import { Problem } from './Notice.tsx'

/** Something went wrong with an action; where a fresh sign-in is asked for, the way there. */
export function ActProblem({ error }: { readonly error: unknown }) {
  const t = useTexts(ACCOUNT)
  const navigate = useNavigate()
  const client = useQueryClient()
  if (error === null) return null
  if (!(error instanceof ApiProblem && error.code === 'identity.sign_in_again')) return <Problem error={error} />
  const again = async () => {
    await send('POST', '/api/sign-out').catch(() => undefined)
    client.setQueryData(['session'], null)
    await navigate({ to: '/sign-in', search: { to: location.pathname } as never })
  }
  return (
    <div className="notice" data-s="stale" role="alert">
      <p>{t('again')}</p>
      <button type="button" onClick={() => void again()}>
        {t('signInAgain')}
      </button>
    </div>
  )
}

interface ActProps {
  readonly act: () => Promise<unknown>
  readonly onDone?: () => void
  readonly children: ReactNode
  readonly className?: string
}

/** A button that does something, and says beside itself what went wrong. */
export function Act({ act, onDone, children, className = 'link' }: ActProps) {
  const client = useQueryClient()
  const run = useMutation({
    mutationFn: act,
    onSuccess: async () => {
      await client.invalidateQueries()
      onDone?.()
    },
  })
  return (
    <>
      <button type="button" className={className} disabled={run.isPending} onClick={() => run.mutate()}>
        {children}
      </button>
      <ActProblem error={run.error} />
    </>
  )
}
