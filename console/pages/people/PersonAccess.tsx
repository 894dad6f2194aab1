import { useQuery } from '@tanstack/react-query'
import type { GrantView } from '../../../capabilities/access/contract.ts'
import { get } from '../../api/client.ts'
import { ACCESS } from '../../text/access.ts'
import { useTexts } from '../../text/lang.tsx'
import { Age } from '../../ui/Age.tsx'
import { EndedGrants } from '../access/Grants.tsx'

/** Access of somebody, what is live and the receipts of what has ended. */
export function PersonAccess({ email }: { readonly email: string | null }) {
  const t = useTexts(ACCESS)
  const { data } = useQuery({
    queryKey: ['access', 'of', email],
    queryFn: ({ signal }) =>
      get<{ grants: GrantView[] }>(`/api/access/people/${encodeURIComponent(email ?? '')}`, signal),
    enabled: email !== null,
  })
  if (data === undefined || data.grants.length === 0) return null
  const live = data.grants.filter((g) => g.endedAt === null)
  return (
    <>
      <section>
        <h2>{t('title')}</h2>
        {live.length === 0 && <p>{t('none')}</p>}
        <ul className="plain">
          {live.map((g) => (
            <li key={g.id}>
              {g.entitlement}, {g.system}, {t('until')} <Age at={g.until} />
            </li>
          ))}
        </ul>
      </section>
      <EndedGrants grants={data.grants.filter((g) => g.endedAt !== null)} />
    </>
  )
}
