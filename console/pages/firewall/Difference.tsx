import type { DifferenceView } from '../../../capabilities/firewall/contract.ts'
import { FIREWALL } from '../../text/firewall.ts'
import { useTexts } from '../../text/lang.tsx'

/** What a change does to packets, box by box. */
export function Difference({ shown }: { readonly shown: DifferenceView }) {
  const t = useTexts(FIREWALL)
  if (shown.verdict === 'equal') return <p role="status">{t('equal')}</p>
  const lines = shown.hooks.flatMap(({ family, hook, opened, closed, because, complete }) => [
    ...opened.map((box) => `+ ${family} ${hook} ${t('opens')}: ${box}`),
    ...closed.map((box) => `− ${family} ${hook} ${t('closes')}: ${box}`),
    ...because.map((match) => `? ${family} ${hook} ${t('depends')}: ${match}`),
    ...(complete ? [] : [t('more')]),
  ])
  const others = [
    ...shown.besides.map(({ place }) => `~ ${t('besides')}: ${place}`),
    ...shown.blindSpots.map((spot) => `! ${t('blind')}: ${spot}`),
  ]
  return (
    <ul className="plain" aria-live="polite">
      {[...lines, ...others].map((line) => (
        <li key={line}>
          <code>{line}</code>
        </li>
      ))}
    </ul>
  )
}
