import type { NetworkView } from '../../../capabilities/network/contract.ts'
import { useTexts } from '../../text/lang.tsx'
import { NETWORK } from '../../text/network.ts'
import { Mark } from '../../ui/Mark.tsx'

/** Which segment may reach which, with what, and whether that is proved. */
export function Matrix({ view }: { readonly view: NetworkView }) {
  const t = useTexts(NETWORK)
  return (
    <section>
      <h2>{t('matrix')}</h2>
      <div className="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">{t('to')}</th>
              <th scope="col">{t('from')}</th>
              <th scope="col">{t('services')}</th>
              <th scope="col">{t('proved')}</th>
            </tr>
          </thead>
          <tbody>
            {view.intents.map(({ name, to, from, services, covers, proofs }) => {
              const state = proofs.some((p) => p.verdict === 'violated')
                ? 'alarm'
                : proofs.length === 0 || proofs.some((p) => p.verdict === 'undecided')
                  ? 'error'
                  : 'ok'
              return (
                <tr key={name}>
                  <th scope="row">{to}</th>
                  <td>{from.length === 0 ? t('nobody') : from.join(', ')}</td>
                  <td>
                    {services.length === 0 ? t('anything') : services.join(', ')}
                    {covers === 'services' && ` (${t('onlyThese')})`}
                  </td>
                  <td data-s={state}>
                    <Mark state={state} /> {t(state === 'ok' ? 'proved' : state === 'alarm' ? 'violated' : 'undecided')}
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
