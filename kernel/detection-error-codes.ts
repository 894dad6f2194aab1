import type { ErrorSpec } from './error-spec.ts'

/** What goes wrong with detection, alerts and blocking. */
export const DETECTION_ERRORS = {} as const satisfies Readonly<Record<string, ErrorSpec>>
