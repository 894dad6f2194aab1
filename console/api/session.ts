import { queryOptions, useQuery, useSuspenseQuery } from '@tanstack/react-query'
import type { OrganisationView, SessionView } from '../../capabilities/identity/contract.ts'
import { ApiProblem, get, rememberCsrf } from './client.ts'

export const organisationQuery = queryOptions({
  queryKey: ['organisation'],
  queryFn: () => get<OrganisationView>('/api/organisation'),
  staleTime: 60_000,
})

/** Who is signed in, or null. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async (): Promise<SessionView | null> => {
    try {
      const session = await get<SessionView>('/api/session')
      rememberCsrf(session.csrf)
      return session
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) return null
      throw error
    }
  },
  staleTime: 30_000,
})

export const useOrganisation = (): OrganisationView => useSuspenseQuery(organisationQuery).data

/** What the signed-in person may. */
export function useMay(): (permission: string) => boolean {
  const { data } = useQuery(sessionQuery)
  return (permission) => data?.permissions.includes(permission) ?? false
}
