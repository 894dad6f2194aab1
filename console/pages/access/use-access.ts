import { queryOptions } from '@tanstack/react-query'
import type { AccessView } from '../../../capabilities/access/contract.ts'
import { get } from '../../api/client.ts'

export const accessQuery = queryOptions({
  queryKey: ['access'],
  queryFn: ({ signal }) => get<AccessView>('/api/access', signal),
  staleTime: 5_000,
})
