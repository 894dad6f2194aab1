import type { ErrorSpec } from './error-spec.ts'

/** What goes wrong with keys and encrypted columns. */
export const KEYS_ERRORS = {} as const satisfies Readonly<Record<string, ErrorSpec>>
