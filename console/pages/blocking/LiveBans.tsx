import type { BanView } from '../../../capabilities/blocking/contract.ts'
import { send } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { BLOCKING } from '../../text/blocking.ts'
import { number } from '../../text/format.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { Act } from '../../ui/Act.tsx'
import { Age } from '../../ui/Age.tsx'

/** Who is kept out now, with a way to let them in. */
export function LiveBans({ bans }: { readonly bans: readonly BanView[] }) {
  const t = useTexts(BLOCKING)
  const { lang } = useLang()
  const may = useMay()
  return (
    <section>
      <h2>{t('live')}</h2>
      {bans.length === 0 ? (
        <p>{t('none')}</p>
      ) : (
        <div className="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">{t('network')}</th>
                <th scope="col">{t('why')}</th>
                <th scope="col">{t('before')}</th>
                <th scope="col">{t('until')}</th>
                {may('respond') && <th scope="col">{t('actions')}</th>}
              </tr>
            </thead>
            <tbody>
              {bans.map(({ id, network, armed, rule, reason, before, until }) => (
                <tr key={id}>
                  <th scope="row">
                    <code>{network}</code>
                    {!armed && ` (${t('rehearsed')})`}
                  </th>
                  <td>{reason ?? rule}</td>
                  <td>{number(before, lang)}</td>
                  <td>
                    <Age at={until} />
                  </td>
                  {may('respond') && (
                    <td className="row-actions">
                      <Act act={() => send('POST', '/api/bans/lift', { network })}>{t('lift')}</Act>
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}
