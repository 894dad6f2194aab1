import { queryOptions, useQuery } from '@tanstack/react-query'
import type { KeysView } from '../../../capabilities/fields/contract.ts'
import { get } from '../../api/client.ts'
import { KEYS } from '../../text/keys.ts'
import { useTexts } from '../../text/lang.tsx'
import { Empty, Pending } from '../../ui/Notice.tsx'
import { useTitle } from '../../ui/use-title.ts'
import { Key } from './Key.tsx'
import { Orders } from './Orders.tsx'

const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: ({ signal }) => get<KeysView>('/api/keys', signal),
  refetchInterval: 15_000,
})

/** Keys of fields, who may use them, and what was done with them. */
export function KeysPage() {
  const t = useTexts(KEYS)
  useTitle(t('title'))
  const { data, error, refetch } = useQuery(keysQuery)
  if (data === undefined) return <Pending error={error} onAgain={() => void refetch()} />
  return (
    <div className="page">
      <h1>{t('title')}</h1>
      <p className="lead">{t('lead')}</p>
      {!data.acts && <p className="notice">{t('silent')}</p>}
      {data.acts && data.keys.length === 0 && (
        <Empty title={t('none')}>
          <p>{t('how')}</p>
        </Empty>
      )}
      {data.keys.map((key) => (
        <Key key={key.name} known={key} />
      ))}
      <Orders view={data} state="open" />
      <Orders view={data} state="live" />
    </div>
  )
}
