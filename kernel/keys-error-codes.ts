import type { ErrorSpec } from './error-spec.ts'

/** What goes wrong with keys and encrypted columns. */
export const KEYS_ERRORS = {
  'keys.off': {
    http: 409,
    exit: 3,
    text: {
      de: 'Hier handelt nichts: in der Vorführung gibt es keine Schlüssel.',
      en: 'Nothing acts here: there are no keys in the demonstration.',
    },
  },
  'keys.unknown': {
    http: 404,
    exit: 2,
    text: {
      de: '„{what}“ gibt es nicht. `bergfried keys list` zeigt Schlüssel und Inhaber.',
      en: 'There is no “{what}”. `bergfried keys list` shows keys and holders.',
    },
  },
  'keys.owner_gone': {
    http: 409,
    exit: 3,
    text: {
      de: '{owner} ist gesperrt oder hat uns verlassen und kann für keinen Inhaber einstehen. Den Inhaber mit einer anderen Person neu aufnehmen.',
      en: '{owner} is locked or has left and cannot answer for a holder. Enrol the holder anew with somebody else.',
    },
  },
  'keys.own': {
    http: 403,
    exit: 3,
    text: {
      de: 'Das Eigene gibt niemand frei: eine andere Person muss es tun.',
      en: 'Nobody approves what is theirs: somebody else has to.',
    },
  },
  'keys.decided': {
    http: 409,
    exit: 3,
    text: {
      de: 'Der Auftrag ist entschieden oder abgelaufen.',
      en: 'The order was decided, or has expired.',
    },
  },
  'keys.proof': {
    http: 409,
    exit: 2,
    text: {
      de: '{name} hat nicht bewiesen, dass es den privaten Schlüssel hat. `bergfried keys enrol` tut das.',
      en: '{name} did not prove to have the private key. `bergfried keys enrol` does.',
    },
  },
  'keys.refused': {
    http: 403,
    exit: 3,
    text: { de: 'Der Schlüsselverwahrer lehnt ab: {reason}.', en: 'The keeper refuses: {reason}.' },
  },
} as const satisfies Readonly<Record<string, ErrorSpec>>
