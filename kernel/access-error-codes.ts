import type { ErrorSpec } from './error-spec.ts'

/** What goes wrong when people ask for access, approve it, and end it. */
export const ACCESS_ERRORS = {
  'access.off': {
    http: 409,
    exit: 3,
    text: {
      de: 'Hier handelt nichts: in der Vorführung werden keine Zugänge vergeben.',
      en: 'Nothing acts here: no access is granted in the demonstration.',
    },
  },
  'access.unknown': {
    http: 404,
    exit: 2,
    text: {
      de: '{what} gibt es nicht. `bergfried entitlements` zeigt, was beantragt werden kann.',
      en: 'There is no {what}. `bergfried entitlements` shows what can be asked for.',
    },
  },
  'access.too_long': {
    http: 409,
    exit: 2,
    text: {
      de: 'So lange geht es nicht: höchstens {seconds} Sekunden. Kürzer beantragen.',
      en: 'Not for so long: {seconds} seconds at the most. Ask for less.',
    },
  },
  'access.credential': {
    http: 409,
    exit: 2,
    text: {
      de: 'Dafür fehlt {what}. Für SSH einen hinterlegten Schlüssel angeben (`bergfried key add`), für Datenbanken einen SCRAM-Prüfwert.',
      en: 'For this {what} is missing. For SSH name a key that is enrolled (`bergfried key add`), for databases a SCRAM verifier.',
    },
  },
  'access.not_yours': {
    http: 403,
    exit: 2,
    text: {
      de: 'Den eigenen Antrag gibt man nicht selbst frei; jemand anderes muss es tun.',
      en: 'Nobody approves a request of their own; somebody else has to.',
    },
  },
  'access.not_approver': {
    http: 403,
    exit: 2,
    text: {
      de: '{person} darf das nicht freigeben.',
      en: '{person} may not approve this.',
    },
  },
  'access.decided': {
    http: 409,
    exit: 2,
    text: {
      de: 'Darüber ist schon entschieden, oder die Zeit ist um.',
      en: 'This is decided already, or its time is over.',
    },
  },
  'access.locked': {
    http: 403,
    exit: 2,
    text: {
      de: '{target} ist gesperrt. Wer freigeben darf, kann die Sperre aufheben.',
      en: '{target} is locked. Whoever may approve can lift the lock.',
    },
  },
  'access.signature': {
    http: 401,
    exit: 2,
    text: {
      de: 'Die Unterschrift passt nicht: {reason}. Den hinterlegten Schlüssel nehmen, die Uhr prüfen und noch einmal versuchen.',
      en: 'The signature does not fit: {reason}. Use the key that is enrolled, check the clock and try again.',
    },
  },
  'access.key': {
    http: 409,
    exit: 2,
    text: {
      de: 'Dieser Schlüssel wird nicht angenommen: {reason}. Mit `ssh-keygen -t ed25519` einen machen und die Zeile der .pub-Datei angeben.',
      en: 'This key is not taken: {reason}. Make one with `ssh-keygen -t ed25519` and give the line of the .pub file.',
    },
  },
  'access.not_applied': {
    http: 409,
    exit: 3,
    text: {
      de: 'Auf „{system}“ handelt niemand: {reason}.',
      en: 'Nobody acts on “{system}”: {reason}.',
    },
  },
  'access.no_grant': {
    http: 403,
    exit: 2,
    text: {
      de: 'Für {application} gibt es gerade keine Freigabe. Unter „Zugänge“ beantragen.',
      en: 'There is no live grant for {application} just now. Ask for it under “Access”.',
    },
  },
  'access.half': {
    http: 500,
    exit: 1,
    text: {
      de: 'Die Hälfte der Frist ist um, und im Fall {case} ist noch nicht alles nachweislich weg. `bergfried revocations` zeigt, woran es hängt.',
      en: 'Half of the time is over, and in case {case} not everything is proven gone. `bergfried revocations` shows what it hangs on.',
    },
  },
  'access.overdue': {
    http: 500,
    exit: 1,
    text: {
      de: 'Die Frist ist um, und im Fall {case} ist noch nicht alles nachweislich weg. `bergfried revocations` zeigt, woran es hängt.',
      en: 'The time is over, and in case {case} not everything is proven gone. `bergfried revocations` shows what it hangs on.',
    },
  },
  'remote.unreachable': {
    http: 502,
    exit: 3,
    text: {
      de: '{server} antwortet nicht. Adresse und Netz prüfen.',
      en: '{server} does not answer. Check the address and the network.',
    },
  },
  'remote.answered': {
    http: 502,
    exit: 2,
    text: { de: '{said}', en: '{said}' },
  },
} as const satisfies Readonly<Record<string, ErrorSpec>>
