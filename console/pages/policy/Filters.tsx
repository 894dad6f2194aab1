import type { PolicyHome } from '../../../capabilities/overview/contract.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { POLICY } from '../../text/policy.ts'
import { Choice } from '../../ui/Field.tsx'

type Search = Readonly<Record<string, string>>
interface FiltersProps {
  readonly home: PolicyHome
  readonly search: Search
  readonly onChange: (search: Search) => void
}

/** Chapters, order and owner, beside the text. */
export function Filters({ home, search, onChange }: FiltersProps) {
  const t = useTexts(POLICY)
  const { lang } = useLang()
  const set = (key: string, value: string) => {
    const { [key]: _known, ...rest } = search
    onChange(value === '' ? rest : { ...rest, [key]: value })
  }
  return (
    <nav className="chapters" aria-label={t('chapters')}>
      <ol>
        {home.chapters.map((chapter) => (
          <li key={chapter.id}>
            <button
              type="button"
              aria-pressed={search['chapter'] === chapter.id}
              onClick={() => set('chapter', search['chapter'] === chapter.id ? '' : chapter.id)}
            >
              <span>{chapter.title[lang]}</span>
              <span>{home.controls.filter((c) => c.chapter === chapter.id).length}</span>
            </button>
          </li>
        ))}
      </ol>
      <fieldset>
        <legend>{t('order')}</legend>
        {[{ key: '', name: { de: POLICY.byPolicy.de, en: POLICY.byPolicy.en } }, ...home.frameworks].map((f) => (
          <label key={f.key}>
            <input type="radio" name="by" checked={(search['by'] ?? '') === f.key} onChange={() => set('by', f.key)} />{' '}
            {f.name[lang]}
          </label>
        ))}
      </fieldset>
      <Choice label={t('owner')} value={search['owner'] ?? ''} onChange={(value) => set('owner', value)}>
        <option value="">{t('all')}</option>
        {home.roles.map((role) => (
          <option key={role.key} value={role.key}>
            {role.title[lang]}
          </option>
        ))}
      </Choice>
    </nav>
  )
}
