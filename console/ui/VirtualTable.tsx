import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { number } from '../text/format.ts'
import { useLang, useTexts } from '../text/lang.tsx'
import { texts } from '../text/text.ts'
import { Empty, Loading, Problem } from './Notice.tsx'
import { useWindow } from './use-window.ts'

const WORDS = texts({
  row: { de: '1 Zeile', en: '1 row' },
  rows: { de: '{n} Zeilen', en: '{n} rows' },
  keys: {
    de: 'Pfeiltasten, Pos1, Ende und Bild bewegen, Eingabe öffnet.',
    en: 'Arrow keys, Home, End and Page move, Enter opens.',
  },
  nothing: { de: 'Nichts passt zu diesen Filtern.', en: 'Nothing matches these filters.' },
})

export interface Column<Row> {
  readonly key: string
  readonly title: string
  /** Name for the server's sort, or null. */
  readonly sort: string | null
  /** Share of the width. */
  readonly grow: number
  readonly cell: (row: Row) => ReactNode
}

interface TableProps<Row> {
  readonly label: string
  /** Below /api/tables/. */
  readonly path: string
  readonly filter: Readonly<Record<string, string>>
  readonly columns: readonly Column<Row>[]
  readonly sort: string
  readonly onSort: (sort: string) => void
  readonly onOpen: (row: Row) => void
  readonly keyOf: (row: Row) => string
  readonly empty?: ReactNode
}

const ROW_PX = 40

/** A table of any length: what is on the screen is in the page, the rest is fetched as it comes near. */
export function VirtualTable<Row>(props: TableProps<Row>) {
  const { label, path, filter, columns, sort, onSort, onOpen, keyOf, empty } = props
  const t = useTexts(WORDS)
  const { lang } = useLang()
  const scroller = useRef<HTMLDivElement>(null)
  const [shown, setShown] = useState<readonly [number, number]>([0, 40])
  const [active, setActive] = useState(0)
  const table = useWindow<Row>(path, sort === '' ? filter : { ...filter, sort }, shown)
  const total = table.total ?? 0
  const rows = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
    onChange: (instance) => {
      const items = instance.getVirtualItems()
      const [from, to] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 40]
      setShown((known) => (known[0] === from && known[1] === to ? known : [from, to]))
    },
  })
  const filterKey = JSON.stringify([filter, sort])
  // biome-ignore lint/correctness/useExhaustiveDependencies: another filter begins at the top
  useEffect(() => {
    setActive(0)
    scroller.current?.scrollTo(0, 0)
  }, [filterKey])

  if (table.error !== null && table.total === undefined) return <Problem error={table.error} onAgain={table.again} />
  if (table.total === undefined) return <Loading lines={10} />
  if (total === 0) return empty ?? <Empty title={t('nothing')} />

  const move = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / ROW_PX) - 1)
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: total - 1,
    }
    const to = steps[event.key]
    if (to !== undefined) {
      event.preventDefault()
      const next = Math.min(total - 1, Math.max(0, to))
      setActive(next)
      rows.scrollToIndex(next)
    }
    const row = table.rowAt(active)
    if (event.key === 'Enter' && row !== undefined) onOpen(row)
  }
  const template = { gridTemplateColumns: columns.map((c) => `minmax(0, ${c.grow}fr)`).join(' ') }
  return (
    <>
      <p className="count" aria-live="polite">
        {total === 1 ? t('row') : t('rows', { n: number(total, lang) })} <span className="keys">{t('keys')}</span>
      </p>
      {/* biome-ignore lint/a11y/useSemanticElements: rows of a real table cannot be placed one by one */}
      <div
        className="vtable"
        role="grid"
        aria-label={label}
        aria-rowcount={total + 1}
        aria-colcount={columns.length}
        aria-activedescendant={
          rows.getVirtualItems().some((item) => item.index === active) ? `${path}-${active}` : undefined
        }
        tabIndex={0}
        ref={scroller}
        onKeyDown={move}
      >
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        {/* biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus */}
        <div className="vhead" role="row" aria-rowindex={1} style={template}>
          {columns.map((c) => (
            <Heading key={c.key} column={c} sort={sort} onSort={onSort} />
          ))}
        </div>
        <div className="vbody" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, start }) => {
            const row = table.rowAt(index)
            return (
              // biome-ignore lint/a11y/useSemanticElements: as above
              // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus
              // biome-ignore lint/a11y/useKeyWithClickEvents: Enter on the grid opens the active row
              <div
                key={row === undefined ? `at-${index}` : keyOf(row)}
                id={`${path}-${index}`}
                role="row"
                aria-rowindex={index + 2}
                aria-selected={index === active}
                className="vrow"
                style={{ ...template, transform: `translateY(${start}px)` }}
                onClick={() => {
                  setActive(index)
                  if (row !== undefined) onOpen(row)
                }}
              >
                {columns.map((c) => (
                  // biome-ignore lint/a11y/useSemanticElements: as above
                  // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus
                  <div key={c.key} role="gridcell" data-title={c.title}>
                    {row === undefined ? <span className="wait" /> : c.cell(row)}
                  </div>
                ))}
              </div>
            )
          })}
        </div>
      </div>
    </>
  )
}

function Heading<Row>(props: {
  readonly column: Column<Row>
  readonly sort: string
  readonly onSort: (s: string) => void
}) {
  const { column, sort, onSort } = props
  const own = column.sort
  const direction = own === null ? undefined : sort === own ? 'ascending' : sort === `-${own}` ? 'descending' : 'none'
  return (
    // biome-ignore lint/a11y/useSemanticElements: as in the body
    // biome-ignore lint/a11y/useFocusableInteractive: the button in it has the focus
    <div role="columnheader" aria-sort={direction}>
      {own === null ? (
        column.title
      ) : (
        <button type="button" onClick={() => onSort(sort === own ? `-${own}` : own)}>
          {column.title}
          <span aria-hidden="true">{direction === 'ascending' ? ' ↑' : direction === 'descending' ? ' ↓' : ''}</span>
        </button>
      )}
    </div>
  )
}
