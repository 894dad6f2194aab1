import type { ErrorSpec } from './error-spec.ts'

/** What goes wrong with networks and firewalls. */
export const NETWORK_ERRORS = {} as const satisfies Readonly<Record<string, ErrorSpec>>
