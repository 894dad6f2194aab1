import { queryOptions } from '@tanstack/react-query'
import type { Both, StateName } from '../../capabilities/overview/contract.ts'
import { get, queryOf } from './client.ts'

/** A row of a check, as GET /api/rows gives it. */
export interface CheckRow {
  readonly id: number
  readonly system: string
  readonly resource: string
  readonly status: Exclude<StateName, 'attested' | 'unmeasured'>
  readonly text: Both
  readonly remedy: Both
  readonly read: Readonly<Record<string, unknown>> | null
  readonly since: string
}

const BAD = ['alarm', 'error', 'stale'] as const
const MOST = 50

/** At most 50 rows of a check: those that are not in order, or all. */
export const rowsQuery = (check: string, bad: boolean) =>
  queryOptions({
    queryKey: ['rows', check, bad],
    queryFn: async ({ signal }) => {
      const page = async (status?: string) =>
        (await get<{ rows: CheckRow[] }>(`/api/rows${queryOf({ check, status, limit: MOST })}`, signal)).rows
      if (!bad) return page()
      return (await Promise.all(BAD.map((status) => page(status)))).flat().slice(0, MOST)
    },
    staleTime: 15_000,
  })
