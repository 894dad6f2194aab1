import type { Role } from '../../../capabilities/identity/contract.ts'
import { ACCOUNTS } from '../../text/account.ts'
import { useTexts } from '../../text/lang.tsx'

const ROLES: readonly Role[] = ['owner', 'approver', 'reviewer', 'auditor', 'member']

/** The roles, each with what it may. */
export function RoleBoxes(props: {
  readonly roles: readonly Role[]
  readonly onChange: (roles: readonly Role[]) => void
}) {
  const t = useTexts(ACCOUNTS)
  const { roles, onChange } = props
  return (
    <fieldset className="choices">
      <legend>{t('roles')}</legend>
      {ROLES.map((role) => (
        <label key={role}>
          <input
            type="checkbox"
            checked={roles.includes(role)}
            onChange={(event) =>
              onChange(event.target.checked ? [...roles, role] : roles.filter((known) => known !== role))
            }
          />{' '}
          {t(role)}
        </label>
      ))}
    </fieldset>
  )
}
