import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { send } from '../../api/client.ts'
import { useOrganisation } from '../../api/session.ts'
import { ACCOUNTS } from '../../text/account.ts'
import { useTexts } from '../../text/lang.tsx'
import { ActProblem } from '../../ui/Act.tsx'
import { Field } from '../../ui/Field.tsx'
import { useTitle } from '../../ui/use-title.ts'
import { LogoField } from '../setup/Steps.tsx'

/** Name and logo, as the public page shows them. */
export function OrganisationPage() {
  const t = useTexts(ACCOUNTS)
  useTitle(t('organisation'))
  const known = useOrganisation()
  const client = useQueryClient()
  const [name, setName] = useState(known.name ?? '')
  const [logo, setLogo] = useState<string | null>(null)
  const save = useMutation({
    mutationFn: () => send('PUT', '/api/organisation', { name, logo }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['organisation'] }),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <div className="page">
      <h1>{t('organisation')}</h1>
      <form onSubmit={submit}>
        <Field label={t('organisationName')} value={name} onChange={setName} maxLength={120} />
        {known.logo !== null && <img className="logo" src={known.logo} alt="" />}
        <LogoField logo={logo} onChange={setLogo} />
        {known.logo !== null && <p className="help">{t('newLogo')}</p>}
        <ActProblem error={save.error} />
        {save.isSuccess && <p role="status">{t('saved')}</p>}
        <p className="actions">
          <button type="submit" className="primary" disabled={save.isPending}>
            {t('save')}
          </button>
        </p>
      </form>
    </div>
  )
}
