import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { Role } from '../../../capabilities/identity/contract.ts'
import { send } from '../../api/client.ts'
import { ACCOUNTS } from '../../text/account.ts'
import { useTexts } from '../../text/lang.tsx'
import { ActProblem } from '../../ui/Act.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Field } from '../../ui/Field.tsx'
import type { Invited } from './invited.ts'
import { RoleBoxes } from './RoleBoxes.tsx'

interface InviteFormProps {
  readonly onClose: () => void
  readonly onInvited: (invited: Invited) => void
}

/** Makes an account and the link with which its person comes in. */
export function InviteForm({ onClose, onInvited }: InviteFormProps) {
  const t = useTexts(ACCOUNTS)
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [login, setLogin] = useState('')
  const [roles, setRoles] = useState<readonly Role[]>(['member'])
  const invite = useMutation({
    mutationFn: () => send<Invited>('POST', '/api/accounts', { name, login, roles }),
    onSuccess: async (invited) => {
      await client.invalidateQueries({ queryKey: ['accounts'] })
      onInvited(invited)
      onClose()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    invite.mutate()
  }
  return (
    <Dialog title={t('invite')} onClose={onClose}>
      <form onSubmit={submit}>
        <Field label={t('name')} value={name} onChange={setName} maxLength={200} />
        <Field label={t('login')} value={login} onChange={setLogin} maxLength={200} />
        <RoleBoxes roles={roles} onChange={setRoles} />
        <ActProblem error={invite.error} />
        <p className="actions">
          <button type="submit" className="primary" disabled={invite.isPending || roles.length === 0}>
            {t('invite')}
          </button>
        </p>
      </form>
    </Dialog>
  )
}
