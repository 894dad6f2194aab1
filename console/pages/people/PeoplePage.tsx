import { useNavigate } from '@tanstack/react-router'
import type { PersonRow } from '../../../capabilities/overview/contract-tables.ts'
import { number } from '../../text/format.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { TABLES } from '../../text/tables.ts'
import { Choice } from '../../ui/Field.tsx'
import { Empty } from '../../ui/Notice.tsx'
import { TablePage } from '../../ui/TablePage.tsx'
import { useFilters } from '../../ui/use-filters.ts'

/** The register of people, and what each has. */
export function PeoplePage() {
  const t = useTexts(TABLES)
  const { lang } = useLang()
  const navigate = useNavigate()
  const { filters, set } = useFilters()
  const count = (n: number) => number(n, lang)
  return (
    <TablePage<PersonRow>
      title={t('people')}
      path="people"
      sort="name"
      keyOf={(row) => row.person}
      onOpen={(row) => void navigate({ to: '/people/$person', params: { person: row.person } })}
      empty={
        <Empty title={t('noPeople')}>
          <p>{t('importPeople')}</p>
          <pre>npm run bergfried -- register import --people people.csv</pre>
        </Empty>
      }
      columns={[
        { key: 'name', title: t('name'), sort: 'name', grow: 2, cell: (r) => r.name },
        { key: 'person', title: t('person'), sort: 'person', grow: 1.2, cell: (r) => <code>{r.person}</code> },
        { key: 'email', title: t('email'), sort: null, grow: 2, cell: (r) => r.email ?? '–' },
        { key: 'status', title: t('status'), sort: 'status', grow: 1, cell: (r) => t(r.status) },
        { key: 'accounts', title: t('accounts'), sort: 'accounts', grow: 0.9, cell: (r) => count(r.accounts) },
        {
          key: 'entitlements',
          title: t('entitlements'),
          sort: 'entitlements',
          grow: 1,
          cell: (r) => count(r.entitlements),
        },
        { key: 'keys', title: t('keys'), sort: 'keys', grow: 0.9, cell: (r) => count(r.keys) },
        { key: 'open', title: t('openFindings'), sort: 'open', grow: 1.1, cell: (r) => count(r.open) },
      ]}
    >
      <Choice label={t('status')} value={filters['status'] ?? ''} onChange={(v) => set('status', v)}>
        <option value="">{t('all')}</option>
        <option value="active">{t('active')}</option>
        <option value="left">{t('left')}</option>
      </Choice>
    </TablePage>
  )
}
