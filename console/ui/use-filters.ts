import { useNavigate, useSearch } from '@tanstack/react-router'

export interface AddressFilters {
  readonly filters: Readonly<Record<string, string>>
  /** Empty: the filter is taken away. */
  readonly set: (key: string, value: string) => void
}

/** Filters that live in the address, so that a view can be sent to somebody else. */
export function useFilters(): AddressFilters {
  const filters = useSearch({ strict: false }) as Readonly<Record<string, string>>
  const navigate = useNavigate()
  return {
    filters,
    set: (key, value) => {
      const { [key]: _known, ...rest } = filters
      void navigate({
        to: '.',
        search: value === '' ? rest : { ...rest, [key]: value },
        replace: true,
        resetScroll: false,
      } as never)
    },
  }
}
