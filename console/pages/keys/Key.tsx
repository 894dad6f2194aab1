import type { KeyView } from '../../../capabilities/fields/contract.ts'
import { send } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { number } from '../../text/format.ts'
import { KEYS } from '../../text/keys.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { Act } from '../../ui/Act.tsx'
import { Age } from '../../ui/Age.tsx'
import { Mark } from '../../ui/Mark.tsx'

/** One key-encryption key. */
export function Key({ known }: { readonly known: KeyView }) {
  const t = useTexts(KEYS)
  const { lang } = useLang()
  const may = useMay()
  const { name, state, versions, rotatedAt, uses, refused, lastUse, liveGrants } = known
  const at = `/api/keys/${name}`
  return (
    <section>
      <h2>{name}</h2>
      <p>
        <Mark state={state === 'active' ? 'ok' : 'skip'} /> {t(state)}, {t('version', { n: versions })}{' '}
        <Age at={rotatedAt} />
      </p>
      <dl className="facts">
        <dt>{t('grants')}</dt>
        <dd>{number(liveGrants, lang)}</dd>
        <dt>{t('uses')}</dt>
        <dd>{number(uses, lang)}</dd>
        <dt>{t('refusals')}</dt>
        <dd>{number(refused, lang)}</dd>
        <dt>{t('lastUse')}</dt>
        <dd>{lastUse === null ? t('never') : <Age at={lastUse} />}</dd>
      </dl>
      {may('change') && state === 'active' && (
        <p className="row-actions">
          <Act act={() => send('POST', `${at}/rotate`)}>{t('rotate')}</Act>{' '}
          <Act act={() => send('POST', `${at}/disable`)}>{t('disable')}</Act>
        </p>
      )}
    </section>
  )
}
