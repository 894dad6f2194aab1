import { queryOptions } from '@tanstack/react-query'
import type { PolicyHome, SentenceView } from '../../capabilities/overview/contract.ts'
import { get } from './client.ts'

export const policyQuery = queryOptions({
  queryKey: ['policy'],
  queryFn: ({ signal }) => get<PolicyHome>('/api/policy', signal),
  staleTime: 15_000,
  // Ages and staleness follow the clock: what nobody fetched anew must not stay green.
  refetchInterval: 60_000,
})

export const sentenceQuery = (control: string) =>
  queryOptions({
    queryKey: ['sentence', control],
    queryFn: ({ signal }) => get<SentenceView>(`/api/policy/${encodeURIComponent(control)}`, signal),
    staleTime: 15_000,
  })

/** How many findings are open, for the menu. */
export const openCountQuery = queryOptions({
  queryKey: ['table', 'findings', 'count'],
  queryFn: async ({ signal }) =>
    (await get<{ total: number }>('/api/tables/findings?state=open&limit=1', signal)).total,
  staleTime: 15_000,
})
