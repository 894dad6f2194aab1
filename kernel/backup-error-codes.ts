import type { ErrorSpec } from './error-spec.ts'

/** What goes wrong with backups and with restoring them. */
export const BACKUP_ERRORS = {
  'backup.unknown': {
    http: 404,
    exit: 2,
    text: {
      de: '{what} gibt es nicht. `bergfried backup list` zeigt alle.',
      en: 'There is no {what}. `bergfried backup list` shows them all.',
    },
  },
  'backup.store': {
    http: 502,
    exit: 3,
    text: {
      de: 'Der Ablageort {where} nimmt nichts an oder gibt nichts her ({reason}). Platz, Rechte und Anmeldung prüfen.',
      en: 'The store {where} takes or gives nothing ({reason}). Check its space, rights and sign-in.',
    },
  },
  'backup.dump': {
    http: 502,
    exit: 3,
    text: {
      de: '{program} ist gescheitert: {reason}. Rechte des Kontos (pg_read_all_data) und die Fassung von {program} prüfen.',
      en: '{program} failed: {reason}. Check the rights of the account (pg_read_all_data) and the version of {program}.',
    },
  },
  'backup.no_program': {
    http: 409,
    exit: 3,
    text: {
      de: '{program} in einer Fassung ab {version} gibt es hier nicht. Das Paket postgresql-client-{version} einspielen.',
      en: 'There is no {program} of version {version} or later here. Install the package postgresql-client-{version}.',
    },
  },
  'backup.damaged': {
    http: 409,
    exit: 1,
    text: {
      de: 'Die Sicherung {name} ist beschädigt: {reason}. Eine ältere nehmen und den Ablageort prüfen.',
      en: 'The backup {name} is damaged: {reason}. Take an older one and check the store.',
    },
  },
  'backup.not_for_us': {
    http: 409,
    exit: 3,
    text: {
      de: 'Keiner der Schlüssel öffnet {name}. Die Datei mit dem passenden AGE-SECRET-KEY angeben.',
      en: 'None of the keys opens {name}. Name the file with the right AGE-SECRET-KEY.',
    },
  },
  'backup.busy': {
    http: 409,
    exit: 3,
    text: {
      de: '„{backup}“ läuft gerade schon. Auf das Ende warten.',
      en: '“{backup}” is running already. Wait for its end.',
    },
  },
} as const satisfies Readonly<Record<string, ErrorSpec>>
