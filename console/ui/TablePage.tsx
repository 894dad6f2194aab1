import { type ReactNode, useEffect, useId, useState } from 'react'
import { queryOf } from '../api/client.ts'
import { useMay } from '../api/session.ts'
import { useLang, useTexts } from '../text/lang.tsx'
import { TABLES } from '../text/tables.ts'
import { useFilters } from './use-filters.ts'
import { useTitle } from './use-title.ts'
import { type Column, VirtualTable } from './VirtualTable.tsx'

interface TablePageProps<Row> {
  readonly title: string
  /** Below /api/tables/. */
  readonly path: 'findings' | 'systems' | 'people' | 'evidence'
  /** What is asked for where the address says nothing. */
  readonly defaults?: Readonly<Record<string, string>>
  readonly sort: string
  readonly columns: readonly Column<Row>[]
  readonly keyOf: (row: Row) => string
  readonly onOpen: (row: Row) => void
  readonly children?: ReactNode
  readonly empty: ReactNode
}

const SETTLE_MS = 250

/** A page that is a table: search, filters, export, rows. */
export function TablePage<Row>(props: TablePageProps<Row>) {
  const { title, path, defaults = {}, columns, keyOf, onOpen, children, empty } = props
  const t = useTexts(TABLES)
  const { lang } = useLang()
  const may = useMay()
  const id = useId()
  const { filters, set } = useFilters()
  const [typed, setTyped] = useState(filters['q'] ?? '')
  useTitle(title)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a pause in typing settles the search
  useEffect(() => {
    if (typed === (filters['q'] ?? '')) return
    const timer = setTimeout(() => set('q', typed), SETTLE_MS)
    return () => clearTimeout(timer)
  }, [typed])
  const { sort = props.sort, ...asked } = filters
  const filter = { ...defaults, ...asked }
  const exportOf = (format: 'csv' | 'json') => `/api/tables/${path}/export${queryOf({ ...filter, sort, format, lang })}`
  const unfiltered = Object.keys(asked).length === 0
  return (
    <div className="wide">
      <h1>{title}</h1>
      <search className="filters">
        <p className="field">
          <label htmlFor={id}>{t('search')}</label>
          <input
            id={id}
            type="search"
            value={typed}
            maxLength={200}
            onChange={(event) => setTyped(event.target.value)}
          />
        </p>
        {children}
        {may('export') && (
          <p className="export">
            {t('export')} <a href={exportOf('csv')}>CSV</a> <a href={exportOf('json')}>JSON</a>
          </p>
        )}
      </search>
      <VirtualTable
        label={title}
        path={path}
        filter={filter}
        columns={columns}
        sort={sort}
        onSort={(next) => set('sort', next)}
        onOpen={onOpen}
        keyOf={keyOf}
        {...(unfiltered ? { empty } : {})}
      />
    </div>
  )
}
