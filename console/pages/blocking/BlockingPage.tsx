import { queryOptions, useQuery } from '@tanstack/react-query'
import type { BansView } from '../../../capabilities/blocking/contract.ts'
import { get } from '../../api/client.ts'
import { BLOCKING } from '../../text/blocking.ts'
import { moment, number } from '../../text/format.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { Pending } from '../../ui/Notice.tsx'
import { useTitle } from '../../ui/use-title.ts'
import { LiveBans } from './LiveBans.tsx'

const bansQuery = queryOptions({
  queryKey: ['bans'],
  queryFn: ({ signal }) => get<BansView>('/api/bans', signal),
  refetchInterval: 10_000,
})

/** Who is kept out, and whether the kernel does it. */
export function BlockingPage() {
  const t = useTexts(BLOCKING)
  const { lang } = useLang()
  useTitle(t('title'))
  const { data, error, refetch } = useQuery(bansQuery)
  if (data === undefined) return <Pending error={error} onAgain={() => void refetch()} />
  return (
    <div className="page">
      <h1>{t('title')}</h1>
      <p className="lead">{t('lead')}</p>
      <Force view={data} />
      {data.mode !== 'off' && <LiveBans bans={data.live} />}
      {data.spared.length > 0 && (
        <section>
          <h2>{t('spared')}</h2>
          <ul className="plain">
            {data.spared.map(({ address, why, rule, at }) => (
              <li key={`${address} ${at}`}>
                <code>{address}</code>, {isHeld(why) ? t(why) : why} ({rule}, {moment(at, lang)})
              </li>
            ))}
          </ul>
        </section>
      )}
      {data.ended.length > 0 && (
        <section>
          <h2>{t('ended')}</h2>
          <ul className="plain">
            {data.ended.map(({ id, network, rule, endedAt }) => (
              <li key={id}>
                <code>{network}</code>, {rule}
                {endedAt !== null && `, ${moment(endedAt, lang)}`}
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}

const HELD = ['never', 'per_minute', 'most', 'clients', 'no_address'] as const
const isHeld = (why: string): why is (typeof HELD)[number] => (HELD as readonly string[]).includes(why)

/** Whether what was decided is done. */
function Force({ view: { mode, decided, enforced, problem, refused } }: { readonly view: BansView }) {
  const t = useTexts(BLOCKING)
  const { lang } = useLang()
  if (mode !== 'armed')
    return (
      <p data-s="stale">
        <Mark state="stale" /> {t(mode === 'off' ? 'off' : 'dryRun')}
      </p>
    )
  if (enforced === null)
    return (
      <p data-s="error">
        <Mark state="error" /> {t('unread', { problem: problem ?? '–' })}
      </p>
    )
  const state = enforced < decided ? 'alarm' : 'ok'
  return (
    <p data-s={state}>
      <Mark state={state} /> {t('inForce', { enforced: number(enforced, lang), decided: number(decided, lang) })}
      {refused !== null && `, ${t('refused', { n: number(refused, lang) })}`}
    </p>
  )
}
