import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query'
import { get, queryOf } from '../api/client.ts'

const PAGE = 100

export interface Windowed<Row> {
  /** Undefined while nothing has come yet. */
  readonly total: number | undefined
  /** The row at a place, or undefined while it is on its way. */
  readonly rowAt: (index: number) => Row | undefined
  readonly error: unknown
  readonly again: () => void
}

type Page<Row> = { readonly total: number; readonly rows: readonly Row[] }

/**
 * Rows of a table that is too long to be fetched whole: pages of 100, those that are looked at.
 *
 * @param path - below /api/tables/
 * @param shown - first and last place on the screen
 */
export function useWindow<Row>(
  path: string,
  filter: Readonly<Record<string, string>>,
  shown: readonly [number, number],
): Windowed<Row> {
  const pageQuery = (page: number) => ({
    queryKey: ['table', path, filter, page],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      get<Page<Row>>(`/api/tables/${path}${queryOf({ ...filter, offset: page * PAGE, limit: PAGE })}`, signal),
    staleTime: 10_000,
  })
  const first = useQuery({ ...pageQuery(0), placeholderData: keepPreviousData })
  const from = Math.floor(Math.max(0, shown[0]) / PAGE)
  const to = Math.floor(Math.max(0, shown[1]) / PAGE)
  const numbers = Array.from({ length: to - from + 1 }, (_, i) => from + i)
  const pages = useQueries({ queries: numbers.map((n) => pageQuery(n)) })
  const failed = pages.find((p) => p.error !== null) ?? first
  return {
    total: first.data?.total,
    rowAt: (index) => {
      const page = Math.floor(index / PAGE)
      const data = page === 0 ? first.data : pages[page - from]?.data
      return data?.rows[index % PAGE]
    },
    error: failed.error,
    again: () => void failed.refetch(),
  }
}
