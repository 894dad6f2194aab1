import { useNavigate } from '@tanstack/react-router'
import type { FindingRow } from '../../../capabilities/overview/contract-tables.ts'
import { useLang, useTexts } from '../../text/lang.tsx'
import { SEVERITIES, STATES } from '../../text/states.ts'
import { TABLES } from '../../text/tables.ts'
import { Age } from '../../ui/Age.tsx'
import { Choice } from '../../ui/Field.tsx'
import { Empty } from '../../ui/Notice.tsx'
import { State } from '../../ui/State.tsx'
import { TablePage } from '../../ui/TablePage.tsx'
import { useFilters } from '../../ui/use-filters.ts'

/** What is wrong, or was. */
export function FindingsPage() {
  const t = useTexts(TABLES)
  const state = useTexts(STATES)
  const severity = useTexts(SEVERITIES)
  const { lang } = useLang()
  const navigate = useNavigate()
  const { filters, set } = useFilters()
  return (
    <TablePage<FindingRow>
      title={t('findings')}
      path="findings"
      defaults={{ state: 'open' }}
      sort="-severity"
      keyOf={(row) => String(row.id)}
      onOpen={(row) => void navigate({ to: '/findings/$id', params: { id: String(row.id) } })}
      empty={
        <Empty title={t('noFindings')}>
          <p>{t('noFindingsHelp')}</p>
        </Empty>
      }
      columns={[
        {
          key: 'status',
          title: t('state'),
          sort: 'status',
          grow: 1.3,
          cell: (r) => <State state={r.excepted ? 'excepted' : r.status} />,
        },
        { key: 'severity', title: t('severity'), sort: 'severity', grow: 0.9, cell: (r) => severity(r.severity) },
        { key: 'controls', title: t('control'), sort: null, grow: 1, cell: (r) => r.controls.join(', ') },
        { key: 'system', title: t('system'), sort: 'system', grow: 1.4, cell: (r) => <code>{r.system}</code> },
        { key: 'resource', title: t('what'), sort: 'resource', grow: 2, cell: (r) => <code>{r.resource}</code> },
        { key: 'text', title: t('why'), sort: null, grow: 3.4, cell: (r) => r.text[lang] },
        { key: 'openedAt', title: t('since'), sort: 'openedAt', grow: 1, cell: (r) => <Age at={r.openedAt} /> },
      ]}
    >
      <Choice
        label={t('status')}
        value={filters['state'] ?? 'open'}
        onChange={(v) => set('state', v === 'open' ? '' : v)}
      >
        <option value="open">{t('open')}</option>
        <option value="closed">{t('closed')}</option>
        <option value="all">{t('all')}</option>
      </Choice>
      <Choice label={t('state')} value={filters['status'] ?? ''} onChange={(v) => set('status', v)}>
        <option value="">{t('all')}</option>
        {(['alarm', 'error', 'stale'] as const).map((s) => (
          <option key={s} value={s}>
            {state(s)}
          </option>
        ))}
      </Choice>
      <Choice label={t('severity')} value={filters['severity'] ?? ''} onChange={(v) => set('severity', v)}>
        <option value="">{t('all')}</option>
        {(['critical', 'high', 'medium', 'low'] as const).map((s) => (
          <option key={s} value={s}>
            {severity(s)}
          </option>
        ))}
      </Choice>
      <ActiveFilter name="control" label={t('control')} />
      <ActiveFilter name="system" label={t('system')} />
      <ActiveFilter name="check" label={t('check')} />
    </TablePage>
  )
}

/** A filter that came with a link: shown, and taken away with a click. */
function ActiveFilter({ name, label }: { readonly name: string; readonly label: string }) {
  const { filters, set } = useFilters()
  const value = filters[name]
  if (value === undefined) return null
  return (
    <button type="button" className="chip" onClick={() => set(name, '')}>
      {label}: {value} <span aria-hidden="true">×</span>
    </button>
  )
}
