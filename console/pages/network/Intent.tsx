import type { NetworkView } from '../../../capabilities/network/contract.ts'
import { day } from '../../text/format.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { NETWORK } from '../../text/network.ts'
import { Mark } from '../../ui/Mark.tsx'

type View = NetworkView['intents'][number]
const STATES = { proved: 'ok', violated: 'alarm', undecided: 'error' } as const

/** One intent with its proofs, host by host. */
export function Intent({ intent }: { readonly intent: View }) {
  const t = useTexts(NETWORK)
  const { lang } = useLang()
  const { name, owner, reason, until, expired, proofs } = intent
  return (
    <article>
      <h3>{name}</h3>
      <p>
        {t('owner', { owner, reason })}
        {until !== null && ` (${t(expired ? 'expired' : 'until', { until: day(until, lang) })})`}
      </p>
      <ul className="plain">
        {proofs.map((proof) => (
          <li key={`${proof.host} ${proof.hook}`} data-s={STATES[proof.verdict]}>
            <Mark state={STATES[proof.verdict]} /> {t(proof.hook, { host: proof.host })}: {t(proof.verdict)}
            {proof.packet !== null && (
              <>
                <br />
                <code>{proof.packet}</code>
              </>
            )}
            {proof.rule !== null && (
              <>
                <br />
                <code>{proof.rule}</code>
              </>
            )}
            {proof.because !== null && (
              <>
                <br />
                {proof.because}
              </>
            )}
            {proof.replay !== 'none' && (
              <>
                <br />
                {t(proof.replay)}
              </>
            )}
          </li>
        ))}
      </ul>
    </article>
  )
}
