import type { BackupView } from '../../../capabilities/backup/contract.ts'
import { send } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { BACKUPS } from '../../text/backups.ts'
import { moment, number, seconds } from '../../text/format.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { now } from '../../text/now.ts'
import { Act } from '../../ui/Act.tsx'
import { Age } from '../../ui/Age.tsx'
import { Mark } from '../../ui/Mark.tsx'

/** One configured backup. */
export function Backup({ backup }: { readonly backup: BackupView }) {
  const t = useTexts(BACKUPS)
  const { lang } = useLang()
  const may = useMay()
  const { name, newestAt, bytes, recipients, lastTry } = backup
  const recent = newestAt !== null && now() - Date.parse(newestAt) <= backup.recoveryPointSeconds * 1000
  const path = `/api/backups/${encodeURIComponent(name)}`
  return (
    <section>
      <h2>{name}</h2>
      <dl className="facts">
        <dt>{t('newest')}</dt>
        <dd data-s={recent ? 'ok' : 'alarm'}>
          <Mark state={recent ? 'ok' : 'alarm'} /> {newestAt === null ? t('neverTaken') : <Age at={newestAt} />} (
          {t('promised', { time: seconds(backup.recoveryPointSeconds, lang) })})
          {bytes !== null && (
            <>
              <br />
              {t('size', {
                mib: number(Math.max(0.1, Math.round(bytes / 104_857.6) / 10), lang),
                n: recipients.length,
              })}
              , {t('kept', { n: number(backup.kept, lang) })}
            </>
          )}
          {lastTry?.problem != null && (
            <>
              <br />
              {t('last', { at: moment(lastTry.at, lang), problem: lastTry.problem })}
            </>
          )}
        </dd>
        <dt>{t('drill')}</dt>
        <Restored backup={backup} />
        <dt>{t('place')}</dt>
        <dd>
          {backup.system}/{backup.database} → {backup.place}, {t('every', { time: seconds(backup.everySeconds, lang) })}
        </dd>
      </dl>
      {may('change') && (
        <p className="row-actions">
          {backup.running ? (
            t('running')
          ) : (
            <>
              <Act act={() => send('POST', `${path}/run`)}>{t('now')}</Act>{' '}
              {backup.drillsEverySeconds !== null && (
                <Act act={() => send('POST', `${path}/drill`)}>{t('drillNow')}</Act>
              )}
            </>
          )}
        </p>
      )}
    </section>
  )
}

/** What the last restore came to. */
function Restored({ backup: { lastDrill: drill, drillsEverySeconds } }: { readonly backup: BackupView }) {
  const t = useTexts(BACKUPS)
  const { lang } = useLang()
  if (drill === null)
    return (
      <dd data-s="alarm">
        <Mark state="alarm" /> {t(drillsEverySeconds === null ? 'noDrill' : 'neverHeld')}
      </dd>
    )
  const whole = (n: number | null): string => number(Math.round((n ?? 0) * 10) / 10, lang)
  return (
    <dd data-s={drill.ok ? 'ok' : 'alarm'}>
      <Mark state={drill.ok ? 'ok' : 'alarm'} /> <Age at={drill.at} />:{' '}
      {drill.problem !== null
        ? t('failed', { problem: drill.problem })
        : drill.differing !== 0
          ? t('differs', { n: whole(drill.differing) })
          : t('restored', {
              seconds: whole(drill.recoverySeconds),
              tables: whole(drill.tables),
              rows: whole(drill.rows),
              hours: whole((drill.recoveryPointSeconds ?? 0) / 3600),
            })}
    </dd>
  )
}
