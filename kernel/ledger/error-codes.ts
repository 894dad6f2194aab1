import type { ErrorSpec } from '../error-spec.ts'

/** Errors of the transparency log, the keeper, witnesses and verification: part of the one table. */
export const EVIDENCE_ERRORS = {
  'evidence.diverged': {
    http: 503,
    exit: 3,
    text: {
      de: 'Das Protokoll und die Datenbank widersprechen sich: {reason}. Es wird nichts mehr versiegelt und nichts überschrieben; siehe docs/runbooks/evidence.md.',
      en: 'The log and the database contradict each other: {reason}. Nothing more is sealed and nothing is overwritten; see docs/runbooks/evidence.md.',
    },
  },
  'evidence.store': {
    http: 503,
    exit: 3,
    text: {
      de: 'Der Speicher des Protokolls ({what}) geht nicht: {reason}. Was veröffentlicht ist, bleibt; versiegelt wird weiter, sobald er wieder geht.',
      en: 'The store of the log ({what}) does not work: {reason}. What is published stays; sealing goes on as soon as it works again.',
    },
  },
  'evidence.locked': {
    http: 409,
    exit: 3,
    text: {
      de: '{what} wird von einem anderen Prozess benutzt. Diesen erst beenden.',
      en: '{what} is in use by another process. End that one first.',
    },
  },
  'evidence.not_sealed': {
    http: 404,
    exit: 3,
    text: {
      de: 'Der Eintrag {position} ist noch nicht veröffentlicht. Der nächste Stand des Protokolls enthält ihn.',
      en: 'Entry {position} is not published yet. The next checkpoint of the log will hold it.',
    },
  },
  'evidence.unknown_subject': {
    http: 404,
    exit: 2,
    text: {
      de: 'Zu „{subject}“ gibt es keinen Schlüssel im Nachweis: nie vorgekommen oder schon gelöscht.',
      en: 'The evidence has no key of “{subject}”: it never occurred or is erased already.',
    },
  },
  'evidence.subject_in_use': {
    http: 409,
    exit: 2,
    text: {
      de: '„{subject}“ verantwortet noch {count} laufende Ausnahmen. Diese erst beenden oder übertragen.',
      en: '“{subject}” still owns {count} running exceptions. End them or hand them over first.',
    },
  },
  'evidence.origin_changed': {
    http: 500,
    exit: 3,
    text: {
      de: 'Der Schlüssel gehört zum Protokoll „{found}“, eingestellt ist „{expected}“. Ein Protokoll wechselt seinen Namen nicht: die Einstellung zurücknehmen oder mit neuem Ordner ein neues beginnen.',
      en: 'The key belongs to the log “{found}”, the configuration says “{expected}”. A log does not change its name: take the setting back, or begin a new one in a new folder.',
    },
  },
  'keeper.unreachable': {
    http: 503,
    exit: 3,
    text: {
      de: 'Der Schlüsselverwahrer antwortet nicht ({reason}). Versiegelt wird weiter, sobald er wieder antwortet.',
      en: 'The keeper does not answer ({reason}). Sealing goes on as soon as it answers again.',
    },
  },
  'keeper.refused': {
    http: 503,
    exit: 3,
    text: {
      de: 'Der Schlüsselverwahrer weigert sich: {reason}. Siehe docs/runbooks/evidence.md.',
      en: 'The keeper refuses: {reason}. See docs/runbooks/evidence.md.',
    },
  },
  'keeper.unsafe': {
    http: 500,
    exit: 3,
    text: {
      de: 'Der Schlüsselverwahrer startet nicht: {what}: {reason}.',
      en: 'The keeper does not start: {what}: {reason}.',
    },
  },
  'witness.refused': {
    http: 502,
    exit: 3,
    text: {
      de: 'Der Zeuge {witness} bestätigt den Stand nicht: {reason}.',
      en: 'The witness {witness} does not confirm the checkpoint: {reason}.',
    },
  },
  'verify.failed': {
    http: 422,
    exit: 1,
    text: { de: 'Nicht bewiesen: {reason}.', en: 'Not proved: {reason}.' },
  },
  'verify.unreachable': {
    http: 502,
    exit: 3,
    text: {
      de: '{url} lässt sich nicht lesen: {reason}.',
      en: '{url} cannot be read: {reason}.',
    },
  },
  'export.invalid': {
    http: 400,
    exit: 2,
    text: { de: 'Ausfuhr abgelehnt: {reason}.', en: 'Export refused: {reason}.' },
  },
} as const satisfies Record<string, ErrorSpec>
