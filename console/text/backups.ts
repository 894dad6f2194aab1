import { texts } from './text.ts'

export const BACKUPS = texts({
  title: { de: 'Sicherungen', en: 'Backups' },
  lead: {
    de: 'Was gesichert wird, wie alt die jüngste Sicherung ist, und ob sie sich wiederherstellen ließ. Nur das Letzte beweist etwas.',
    en: 'What is backed up, how old the newest backup is, and whether it could be restored. Only the last proves anything.',
  },
  none: { de: 'Nichts wird gesichert', en: 'Nothing is backed up' },
  how: {
    de: 'Unter `backups` in bergfried.yaml eine Datenbank, einen Ablageort und Empfänger eintragen; `bergfried backup key` macht ein Schlüsselpaar.',
    en: 'Enter a database, a store and recipients under `backups` in bergfried.yaml; `bergfried backup key` makes a pair of keys.',
  },
  newest: { de: 'Jüngste', en: 'Newest' },
  neverTaken: { de: 'noch keine', en: 'none yet' },
  promised: { de: 'höchstens {time} alt', en: 'at most {time} old' },
  last: { de: 'Letzter Versuch {at}: {problem}', en: 'Last try {at}: {problem}' },
  size: { de: '{mib} MiB verschlüsselt, für {n} Empfänger', en: '{mib} MiB encrypted, for {n} recipients' },
  kept: { de: '{n} aufbewahrt', en: '{n} kept' },
  drill: { de: 'Wiederherstellung', en: 'Restore' },
  neverHeld: { de: 'noch nie geübt', en: 'never tried yet' },
  noDrill: { de: 'keine Übung eingerichtet', en: 'no drill is configured' },
  restored: {
    de: 'in {seconds} s wiederhergestellt, {tables} Tabellen und {rows} Zeilen wie zuvor; Daten von {hours} Stunden davor',
    en: 'restored in {seconds} s, {tables} tables and {rows} rows as before; data from {hours} hours earlier',
  },
  differs: { de: '{n} Stellen waren nicht wie zuvor', en: '{n} places were not as before' },
  failed: { de: 'gescheitert: {problem}', en: 'failed: {problem}' },
  place: { de: 'Ablageort', en: 'Store' },
  every: { de: 'im Abstand von {time}', en: 'at intervals of {time}' },
  now: { de: 'Jetzt sichern', en: 'Back up now' },
  drillNow: { de: 'Jetzt wiederherstellen üben', en: 'Try a restore now' },
  running: { de: 'läuft', en: 'running' },
})
