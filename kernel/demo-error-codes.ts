import type { ErrorSpec } from './error-spec.ts'

/** Errors that keep a demo and a real house apart: part of the one table. */
export const DEMO_ERRORS = {
  'demo.is_demo': {
    http: 409,
    exit: 2,
    text: {
      de: 'Unter {where} liegt eine Demo, in der alles erfunden ist. Mit `npm start -- --demo` öffnen oder für den echten Betrieb einen anderen Datenordner wählen (BERGFRIED_DATA).',
      en: 'There is a demo in {where}, in which everything is made up. Open it with `npm start -- --demo`, or choose another data folder for real work (BERGFRIED_DATA).',
    },
  },
  'demo.is_real': {
    http: 409,
    exit: 2,
    text: {
      de: 'Unter {where} liegen echte Daten. Die Demo rührt sie nicht an; einen anderen Datenordner wählen (BERGFRIED_DATA) oder ohne --demo starten.',
      en: 'There is real data in {where}. The demo does not touch it; choose another data folder (BERGFRIED_DATA), or start without --demo.',
    },
  },
  'demo.foreign_database': {
    http: 409,
    exit: 2,
    text: {
      de: 'Die Demo hat immer eine Datenbank für sich. DATABASE_URL weglassen und noch einmal starten.',
      en: 'The demo always has a database of its own. Leave DATABASE_URL out and start again.',
    },
  },
} as const satisfies Record<string, ErrorSpec>
