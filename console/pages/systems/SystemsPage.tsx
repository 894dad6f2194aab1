import { useNavigate } from '@tanstack/react-router'
import type { SystemRow } from '../../../capabilities/overview/contract-tables.ts'
import { number } from '../../text/format.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { KINDS, TABLES } from '../../text/tables.ts'
import { Age } from '../../ui/Age.tsx'
import { Choice } from '../../ui/Field.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { Empty } from '../../ui/Notice.tsx'
import { TablePage } from '../../ui/TablePage.tsx'
import { useFilters } from '../../ui/use-filters.ts'

const MARKS = { ok: 'ok', failing: 'error', silent: 'stale' } as const

/** What is watched. */
export function SystemsPage() {
  const t = useTexts(TABLES)
  const kind = useTexts(KINDS)
  const { lang } = useLang()
  const navigate = useNavigate()
  const { filters, set } = useFilters()
  return (
    <TablePage<SystemRow>
      title={t('systems')}
      path="systems"
      sort="name"
      keyOf={(row) => row.name}
      onOpen={(row) => void navigate({ to: '/systems/$name', params: { name: row.name } })}
      empty={
        <Empty title={t('noSystems')}>
          <p>{t('addSystem')}</p>
          <pre>npm run bergfried -- systems add shop --kind endpoint --address shop.example:443</pre>
        </Empty>
      }
      columns={[
        { key: 'name', title: t('name'), sort: 'name', grow: 2, cell: (r) => <code>{r.name}</code> },
        { key: 'kind', title: t('kind'), sort: 'kind', grow: 1.2, cell: (r) => kind(r.kind) },
        {
          key: 'state',
          title: t('status'),
          sort: 'state',
          grow: 1.8,
          cell: (r) => (
            <span className="state" data-s={MARKS[r.state]}>
              <Mark state={MARKS[r.state]} /> <b>{t(r.state)}</b>
            </span>
          ),
        },
        {
          key: 'lastReadAt',
          title: t('lastRead'),
          sort: 'lastReadAt',
          grow: 1.4,
          cell: (r) => <Age at={r.lastReadAt} />,
        },
        { key: 'open', title: t('openFindings'), sort: 'open', grow: 1.2, cell: (r) => number(r.open, lang) },
      ]}
    >
      <Choice label={t('kind')} value={filters['kind'] ?? ''} onChange={(v) => set('kind', v)}>
        <option value="">{t('all')}</option>
        {(['host', 'postgres', 'endpoint', 'register', 'product'] as const).map((k) => (
          <option key={k} value={k}>
            {kind(k)}
          </option>
        ))}
      </Choice>
      <Choice label={t('status')} value={filters['state'] ?? ''} onChange={(v) => set('state', v)}>
        <option value="">{t('all')}</option>
        {(['ok', 'failing', 'silent'] as const).map((s) => (
          <option key={s} value={s}>
            {t(s)}
          </option>
        ))}
      </Choice>
    </TablePage>
  )
}
