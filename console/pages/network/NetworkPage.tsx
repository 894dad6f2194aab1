import { queryOptions, useQuery } from '@tanstack/react-query'
import type { NetworkView } from '../../../capabilities/network/contract.ts'
import { get } from '../../api/client.ts'
import { useTexts } from '../../text/lang.tsx'
import { NETWORK } from '../../text/network.ts'
import { Age } from '../../ui/Age.tsx'
import { Empty, Pending } from '../../ui/Notice.tsx'
import { useTitle } from '../../ui/use-title.ts'
import { Intent } from './Intent.tsx'
import { Matrix } from './Matrix.tsx'

const networkQuery = queryOptions({
  queryKey: ['firewall', 'network'],
  queryFn: ({ signal }) => get<NetworkView>('/api/network', signal),
  refetchInterval: 15_000,
})

/** Segments and the proofs that nobody else reaches them. */
export function NetworkPage() {
  const t = useTexts(NETWORK)
  useTitle(t('title'))
  const { data, error, refetch } = useQuery(networkQuery)
  if (data === undefined) return <Pending error={error} onAgain={() => void refetch()} />
  return (
    <div className="page">
      <h1>{t('title')}</h1>
      <p className="lead">{t('lead')}</p>
      {data.intents.length === 0 ? (
        <Empty title={t('none')}>
          <p>{t('how')}</p>
        </Empty>
      ) : (
        <>
          {data.provedAt !== null && (
            <p>
              {t('provedAt')}: <Age at={data.provedAt} />
            </p>
          )}
          <Matrix view={data} />
          <section>
            <h2>{t('intents')}</h2>
            {data.intents.map((intent) => (
              <Intent key={intent.name} intent={intent} />
            ))}
          </section>
          <Segments view={data} />
        </>
      )}
    </div>
  )
}

function Segments({ view }: { readonly view: NetworkView }) {
  const t = useTexts(NETWORK)
  return (
    <section>
      <h2>{t('segments')}</h2>
      <div className="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">{t('segment')}</th>
              <th scope="col">{t('addresses')}</th>
              <th scope="col">{t('hosts')}</th>
            </tr>
          </thead>
          <tbody>
            {view.segments.map(({ name, addresses, hosts }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{addresses === 'internet' ? t('rest') : addresses.join(', ')}</td>
                <td>{hosts.join(', ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
