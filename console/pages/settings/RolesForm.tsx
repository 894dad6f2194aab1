import { useState } from 'react'
import type { AccountRow, Role } from '../../../capabilities/identity/contract.ts'
import { send } from '../../api/client.ts'
import { ACCOUNTS } from '../../text/account.ts'
import { useTexts } from '../../text/lang.tsx'
import { Act } from '../../ui/Act.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { RoleBoxes } from './RoleBoxes.tsx'

/** Changes what somebody is in this house. */
export function RolesForm({ account, onClose }: { readonly account: AccountRow; readonly onClose: () => void }) {
  const t = useTexts(ACCOUNTS)
  const [roles, setRoles] = useState<readonly Role[]>(account.roles)
  return (
    <Dialog title={`${t('changeRoles')}: ${account.name}`} onClose={onClose}>
      <RoleBoxes roles={roles} onChange={setRoles} />
      <p className="actions">
        <Act
          act={() => send('PUT', `/api/accounts/${account.id}/roles`, { roles })}
          onDone={onClose}
          className="primary"
        >
          {t('save')}
        </Act>
      </p>
    </Dialog>
  )
}
