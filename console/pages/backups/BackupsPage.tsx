import { queryOptions, useQuery } from '@tanstack/react-query'
import type { BackupsView } from '../../../capabilities/backup/contract.ts'
import { get } from '../../api/client.ts'
import { BACKUPS } from '../../text/backups.ts'
import { useTexts } from '../../text/lang.tsx'
import { Empty, Pending } from '../../ui/Notice.tsx'
import { useTitle } from '../../ui/use-title.ts'
import { Backup } from './Backup.tsx'

const backupsQuery = queryOptions({
  queryKey: ['backups'],
  queryFn: ({ signal }) => get<BackupsView>('/api/backups', signal),
  refetchInterval: 10_000,
})

/** What is backed up, and whether it comes back. */
export function BackupsPage() {
  const t = useTexts(BACKUPS)
  useTitle(t('title'))
  const { data, error, refetch } = useQuery(backupsQuery)
  if (data === undefined) return <Pending error={error} onAgain={() => void refetch()} />
  return (
    <div className="page">
      <h1>{t('title')}</h1>
      <p className="lead">{t('lead')}</p>
      {data.backups.length === 0 && (
        <Empty title={t('none')}>
          <p>{t('how')}</p>
        </Empty>
      )}
      {data.backups.map((backup) => (
        <Backup key={backup.name} backup={backup} />
      ))}
    </div>
  )
}
