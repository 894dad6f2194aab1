import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { FirewallView } from '../../../capabilities/firewall/contract.ts'
import { ApiProblem } from '../../api/client.ts'
import { FIREWALL } from '../../text/firewall.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { Age } from '../../ui/Age.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { Empty, Pending } from '../../ui/Notice.tsx'
import { useTitle } from '../../ui/use-title.ts'
import { Changes } from './Changes.tsx'
import { Editor } from './Editor.tsx'
import { Review } from './Review.tsx'
import { firewallQuery } from './use-firewall.ts'

type Host = FirewallView['hosts'][number]
interface Open {
  readonly what: 'change' | 'review'
  readonly host: string
}

/** Firewalls that are changed here: whether they are as approved, changes on their way, reviews. */
export function FirewallPage() {
  const t = useTexts(FIREWALL)
  useTitle(t('title'))
  const [open, setOpen] = useState<Open | null>(null)
  const { data, error, refetch } = useQuery(firewallQuery)
  if (error instanceof ApiProblem && error.code === 'firewall.off') {
    return (
      <div className="page">
        <h1>{t('title')}</h1>
        <Empty title={error.message} />
      </div>
    )
  }
  if (data === undefined) return <Pending error={error} onAgain={() => void refetch()} />
  return (
    <div className="page">
      <h1>{t('title')}</h1>
      <p className="lead">{t('lead')}</p>
      {data.hosts.length === 0 ? <Empty title={t('noHosts')} /> : <Hosts hosts={data.hosts} onOpen={setOpen} />}
      {open?.what === 'change' && <Editor key={open.host} host={open.host} onClose={() => setOpen(null)} />}
      {open?.what === 'review' && <Review key={open.host} host={open.host} onClose={() => setOpen(null)} />}
      <Changes view={data} />
    </div>
  )
}

const MEANINGS = {
  equal: ['ok', 'asApproved'],
  different: ['alarm', 'differs'],
  undecided: ['alarm', 'undecided'],
  never: ['unmeasured', 'never'],
} as const

function Hosts({ hosts, onOpen }: { readonly hosts: readonly Host[]; readonly onOpen: (open: Open) => void }) {
  const t = useTexts(FIREWALL)
  const { lang } = useLang()
  return (
    <section>
      <h2>{t('hosts')}</h2>
      <div className="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">{t('host')}</th>
              <th scope="col">{t('state')}</th>
              <th scope="col">{t('review')}</th>
              <th scope="col">{t('actions')}</th>
            </tr>
          </thead>
          <tbody>
            {hosts.map(({ host, meaning, changedBy, reviewDue, problems }) => {
              const [mark, word] = MEANINGS[meaning]
              const by = meaning === 'never' ? null : changedBy
              return (
                <tr key={host}>
                  <th scope="row">{host}</th>
                  <td>
                    <Mark state={mark} /> {t(word)}
                    {by !== null && (
                      <>
                        <br />
                        {t('hand', { process: by.process, pid: by.pid, uid: by.uid ?? '?' })} <Age at={by.at} />
                      </>
                    )}
                    {problems.map((problem) => (
                      <p className="help" key={problem.en}>
                        {problem[lang]}
                      </p>
                    ))}
                  </td>
                  <td>
                    {t('due')} <Age at={reviewDue} />
                  </td>
                  <td className="row-actions">
                    <button type="button" className="link" onClick={() => onOpen({ what: 'change', host })}>
                      {t('change')}
                    </button>
                    <button type="button" className="link" onClick={() => onOpen({ what: 'review', host })}>
                      {t('reviewNow')}
                    </button>
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
    </section>
  )
}
