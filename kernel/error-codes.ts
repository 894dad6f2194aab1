import { ACCESS_ERRORS } from './access-error-codes.ts'
import { BACKUP_ERRORS } from './backup-error-codes.ts'
import { BLOCKING_ERRORS } from './blocking-error-codes.ts'
import { DEMO_ERRORS } from './demo-error-codes.ts'
import { DETECTION_ERRORS } from './detection-error-codes.ts'
import type { ErrorSpec } from './error-spec.ts'
import { FIREWALL_ERRORS } from './firewall-error-codes.ts'
import { HTTP_ERRORS } from './http/error-codes.ts'
import { IDENTITY_ERRORS } from './http/identity-error-codes.ts'
import { KEYS_ERRORS } from './keys-error-codes.ts'
import { EVIDENCE_ERRORS } from './ledger/error-codes.ts'
import { NETWORK_ERRORS } from './network-error-codes.ts'

/**
 * Every error that may leave the process, in one table. `docs/reference/errors.md` is generated from it
 * and a test fails when a code is never thrown.
 */
export const ERRORS = {
  'check.unknown': {
    http: 404,
    exit: 2,
    text: {
      de: 'Die Prüfung „{check}“ gibt es nicht. `bergfried policy list` zeigt alle.',
      en: 'There is no check “{check}”. `bergfried policy list` shows them all.',
    },
  },
  'collect.unreachable': {
    http: 502,
    exit: 3,
    text: {
      de: '„{system}“ ist nicht erreichbar ({reason}). Adresse und Anmeldung des Lesekontos prüfen.',
      en: '“{system}” cannot be reached ({reason}). Check the address and that the reading account may log in.',
    },
  },
  'collect.denied': {
    http: 502,
    exit: 3,
    text: {
      de: 'Kein Leserecht: {what}. Bergfried mit mehr Rechten starten oder dem Lesekonto das Lesen erlauben.',
      en: 'Not allowed to read: {what}. Run Bergfried with more rights or let its account read it.',
    },
  },
  'collect.unreadable': {
    http: 502,
    exit: 3,
    text: {
      de: '{what} lässt sich nicht lesen: {reason}.',
      en: '{what} cannot be read: {reason}.',
    },
  },
  'collect.parse': {
    http: 502,
    exit: 3,
    text: {
      de: '{what}, Zeile {line}: {reason}. Nichts aus dieser Quelle wurde übernommen.',
      en: '{what}, line {line}: {reason}. Nothing from this source was taken over.',
    },
  },
  'collect.too_large': {
    http: 502,
    exit: 3,
    text: {
      de: '{what} ist größer als die Grenze von {limit}. Nichts wurde abgeschnitten, nichts übernommen.',
      en: '{what} is larger than the limit of {limit}. Nothing was cut off, nothing was taken over.',
    },
  },
  'collect.timeout': {
    http: 502,
    exit: 3,
    text: {
      de: '{what} hat nach {seconds} s nicht geantwortet.',
      en: '{what} did not answer within {seconds} s.',
    },
  },
  'collect.invalid_fact': {
    http: 500,
    exit: 3,
    text: {
      de: 'Ein Fakt der Art „{kind}“ hat die falsche Form ({path}: {reason}). Das ist ein Fehler des Konnektors.',
      en: 'A fact of kind “{kind}” has the wrong shape ({path}: {reason}). This is a defect of the connector.',
    },
  },
  'config.invalid': {
    http: 400,
    exit: 2,
    text: {
      de: '{file}, Zeile {line}: {reason}.',
      en: '{file}, line {line}: {reason}.',
    },
  },
  'config.missing': {
    http: 400,
    exit: 2,
    text: {
      de: 'Die Datei {file} gibt es nicht.',
      en: 'The file {file} does not exist.',
    },
  },
  'config.secret_missing': {
    http: 400,
    exit: 2,
    text: {
      de: 'Das Geheimnis für „{system}“ fehlt: {where} ist nicht gesetzt oder nicht lesbar.',
      en: 'The secret for “{system}” is missing: {where} is not set or not readable.',
    },
  },
  'data.in_use': {
    http: 409,
    exit: 3,
    text: {
      de: 'Auf dem Datenordner {folder} läuft bereits ein Bergfried-Server.',
      en: 'A Bergfried server is already running on the data folder {folder}.',
    },
  },
  'data.other_version': {
    http: 500,
    exit: 3,
    text: {
      de: 'Der Datenordner {folder} gehört zu PostgreSQL {found}, mitgeliefert ist {expected}. Nichts wurde verändert; siehe docs/runbooks/upgrade-postgresql.md.',
      en: 'The data folder {folder} belongs to PostgreSQL {found}, this release brings {expected}. Nothing was changed; see docs/runbooks/upgrade-postgresql.md.',
    },
  },
  'data.not_writable': {
    http: 500,
    exit: 3,
    text: {
      de: 'Der Datenordner {folder} lässt sich nicht anlegen oder beschreiben ({reason}). Mit BERGFRIED_DATA einen anderen wählen.',
      en: 'The data folder {folder} cannot be created or written ({reason}). Choose another with BERGFRIED_DATA.',
    },
  },
  'db.start_failed': {
    http: 503,
    exit: 3,
    text: {
      de: 'PostgreSQL startet nicht: {reason}. Das Protokoll steht in {log}.',
      en: 'PostgreSQL does not start: {reason}. Its log is {log}.',
    },
  },
  'db.unreachable': {
    http: 503,
    exit: 3,
    text: {
      de: 'Die Datenbank antwortet nicht ({reason}). DATABASE_URL und das Netz prüfen.',
      en: 'The database does not answer ({reason}). Check DATABASE_URL and the network.',
    },
  },
  'db.disk_full': {
    http: 507,
    exit: 3,
    text: {
      de: 'Der Datenträger der Datenbank ist voll. Platz schaffen; gespeicherte Einträge sind vollständig.',
      en: 'The disk of the database is full. Free some space; everything committed is intact.',
    },
  },
  'db.newer_schema': {
    http: 500,
    exit: 3,
    text: {
      de: 'Die Datenbank wurde von einer neueren Version angelegt (Migration {found}). Diese Version kennt sie nicht; nichts wurde verändert.',
      en: 'The database was made by a newer release (migration {found}). This release does not know it; nothing was changed.',
    },
  },
  'db.fact_shape_changed': {
    http: 500,
    exit: 3,
    text: {
      de: 'Die Spalte {column} von {kind} hat den Typ {found}, erwartet wird {expected}. Es fehlt eine Migration.',
      en: 'Column {column} of {kind} has type {found}, expected {expected}. A migration is missing.',
    },
  },
  'policy.invalid': {
    http: 400,
    exit: 2,
    text: {
      de: '{file}, Zeile {line}: {reason}.',
      en: '{file}, line {line}: {reason}.',
    },
  },
  'control.unknown': {
    http: 404,
    exit: 2,
    text: {
      de: 'Die Zusage „{control}“ gibt es nicht. `bergfried policy list` zeigt alle.',
      en: 'There is no control “{control}”. `bergfried policy list` shows them all.',
    },
  },
  'system.unknown': {
    http: 404,
    exit: 2,
    text: {
      de: 'Das System „{system}“ gibt es nicht. `bergfried systems list` zeigt alle.',
      en: 'There is no system “{system}”. `bergfried systems list` shows them all.',
    },
  },
  'system.exists': {
    http: 409,
    exit: 2,
    text: {
      de: 'Ein System namens „{system}“ gibt es schon. Einen anderen Namen wählen.',
      en: 'A system named “{system}” exists already. Choose another name.',
    },
  },
  'register.invalid': {
    http: 400,
    exit: 2,
    text: {
      de: '{file}, Zeile {line}: {reason}. Nichts wurde übernommen.',
      en: '{file}, line {line}: {reason}. Nothing was taken over.',
    },
  },
  'exception.invalid': {
    http: 422,
    exit: 2,
    text: { de: 'Ausnahme abgelehnt: {reason}.', en: 'Exception refused: {reason}.' },
  },
  'attestation.invalid': {
    http: 422,
    exit: 2,
    text: { de: 'Bezeugung abgelehnt: {reason}.', en: 'Attestation refused: {reason}.' },
  },
  'drill.no_sandbox': {
    http: 500,
    exit: 3,
    text: {
      de: 'Die Übung „{drill}“ braucht {needs}, das fehlt hier.',
      en: 'The drill “{drill}” needs {needs}, which is missing here.',
    },
  },
  'console.missing': {
    http: 503,
    exit: 3,
    text: {
      de: 'Die Oberfläche ist nicht gebaut. Mit `npm ci` installieren und neu starten; die Ursache steht im Protokoll des Servers.',
      en: 'The console is not built. Install with `npm ci` and start again; the cause is in the log of the server.',
    },
  },
  'trust.not_a_copy': {
    http: 409,
    exit: 2,
    text: {
      de: 'Der Ordner {folder} enthält etwas anderes als eine Kopie der Trust-Seite. Einen neuen oder leeren nehmen.',
      en: 'The folder {folder} holds something else than a copy of the trust page. Take a new or empty one.',
    },
  },
  ...EVIDENCE_ERRORS,
  ...IDENTITY_ERRORS,
  ...ACCESS_ERRORS,
  ...BACKUP_ERRORS,
  ...BLOCKING_ERRORS,
  ...KEYS_ERRORS,
  ...NETWORK_ERRORS,
  ...FIREWALL_ERRORS,
  ...DETECTION_ERRORS,
  ...DEMO_ERRORS,
  ...HTTP_ERRORS,
  'usage.invalid': {
    http: 400,
    exit: 2,
    text: { de: '{reason}', en: '{reason}' },
  },
} as const satisfies Record<string, ErrorSpec>
