import { queryOptions } from '@tanstack/react-query'
import type { FirewallView } from '../../../capabilities/firewall/contract.ts'
import { get } from '../../api/client.ts'

export const firewallQuery = queryOptions({
  queryKey: ['firewall'],
  queryFn: ({ signal }) => get<FirewallView>('/api/firewall', signal),
  staleTime: 2_000,
})
