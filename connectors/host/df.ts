export interface DfRow {
  readonly type: string
  readonly target: string
  /** Percent, 0 to 100. */
  readonly used: number
  /** Percent; 0 where the file system has no fixed number of inodes (df prints `-`). */
  readonly inodesUsed: number
}

const TYPE = new Set(['Type'])
const USED = new Set(['Use%', 'Capacity'])
const INODES = new Set(['IUse%'])

/**
 * Reads the table of df(1) by the names of its columns, so `--output=fstype,pcent,ipcent,target` as well as `-PT` with
 * inodes left out. The mount point must be the last column; it may hold blanks.
 *
 * @returns null where the heading is not that of df
 */
export function parseDf(text: string): readonly DfRow[] | null {
  const [heading, ...lines] = text.split('\n')
  const columns =
    heading
      ?.trim()
      .replace(/Mounted on$/, 'Mounted')
      .split(/\s+/) ?? []
  const place = (names: ReadonlySet<string>): number => columns.findIndex((column) => names.has(column))
  const [type, used, inodes] = [place(TYPE), place(USED), place(INODES)]
  if (type < 0 || used < 0 || columns.at(-1) !== 'Mounted') return null
  const row = new RegExp(`^\\s*${'(\\S+)\\s+'.repeat(columns.length - 1)}(/.*)$`)
  return lines.flatMap((line) => {
    const cells = row.exec(line)?.slice(1)
    const percent = percentOf(cells?.[used])
    if (cells === undefined || percent === null) return []
    return [
      { type: cells[type] ?? '', target: cells.at(-1) ?? '', used: percent, inodesUsed: percentOf(cells[inodes]) ?? 0 },
    ]
  })
}

const percentOf = (cell: string | undefined): number | null => {
  const digits = /^(\d{1,3})%$/.exec(cell ?? '')?.[1]
  return digits === undefined ? null : Math.min(100, Number(digits))
}
