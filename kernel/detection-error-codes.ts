import type { ErrorSpec } from './error-spec.ts'

/** What goes wrong with detection and alerts. */
export const DETECTION_ERRORS = {
  'detection.decided': {
    http: 409,
    exit: 2,
    text: {
      de: 'Darüber ist schon entschieden. `bergfried alerts list` zeigt den Stand.',
      en: 'That was decided already. `bergfried alerts list` shows how it stands.',
    },
  },
} as const satisfies Readonly<Record<string, ErrorSpec>>
