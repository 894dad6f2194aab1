import { useNavigate } from '@tanstack/react-router'
import type { EvidenceRow } from '../../../capabilities/overview/contract-tables.ts'
import { moment } from '../../text/format.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { TABLES } from '../../text/tables.ts'
import { Choice } from '../../ui/Field.tsx'
import { Empty } from '../../ui/Notice.tsx'
import { TablePage } from '../../ui/TablePage.tsx'
import { useFilters } from '../../ui/use-filters.ts'

const KINDS = [
  'statement',
  'states',
  'collection',
  'verdicts',
  'judgement',
  'exception',
  'exception_end',
  'attestation',
  'configuration',
  'token',
  'drill',
  'account',
  'organisation',
  'erasure',
  'export',
  'reconciled',
]

/** Everything that happened, entry by entry. */
export function EvidencePage() {
  const t = useTexts(TABLES)
  const { lang } = useLang()
  const navigate = useNavigate()
  const { filters, set } = useFilters()
  return (
    <TablePage<EvidenceRow>
      title={t('evidence')}
      path="evidence"
      sort="-position"
      keyOf={(row) => String(row.position)}
      onOpen={(row) => void navigate({ to: '/evidence/$position', params: { position: String(row.position) } })}
      empty={<Empty title={t('none')} />}
      columns={[
        { key: 'position', title: t('position'), sort: 'position', grow: 0.8, cell: (r) => <code>{r.position}</code> },
        { key: 'at', title: t('at'), sort: null, grow: 1.6, cell: (r) => moment(r.at, lang) },
        { key: 'kind', title: t('kind'), sort: null, grow: 1.2, cell: (r) => <code>{r.kind}</code> },
        { key: 'summary', title: t('summary'), sort: null, grow: 4, cell: (r) => r.summary[lang] },
        { key: 'sealed', title: t('sealed'), sort: null, grow: 1, cell: (r) => t(r.sealed ? 'yes' : 'notYet') },
      ]}
    >
      <Choice label={t('kind')} value={filters['kind'] ?? ''} onChange={(v) => set('kind', v)}>
        <option value="">{t('all')}</option>
        {KINDS.map((kind) => (
          <option key={kind} value={kind}>
            {kind}
          </option>
        ))}
      </Choice>
    </TablePage>
  )
}
