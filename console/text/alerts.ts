import { texts } from './text.ts'

export const ALERTS = texts({
  title: { de: 'Alarme', en: 'Alerts' },
  lead: {
    de: 'Angriffe, die in den Protokollen gesehen wurden, mit den Zeilen, an denen sie zu sehen sind.',
    en: 'Attacks that were seen in the logs, with the lines that show them.',
  },
  off: { de: 'Kein Protokoll wird überwacht', en: 'No log is watched' },
  how: {
    de: 'Unter `detection` in bergfried.yaml Protokolle eintragen; docs/guides/detection.de.md zeigt wie.',
    en: 'Enter logs under `detection` in bergfried.yaml; docs/guides/detection.md shows how.',
  },
  none: {
    de: 'Kein Alarm. {rules} Regeln wachen über {sources} Quellen.',
    en: 'No alert. {rules} rules watch over {sources} sources.',
  },
  sources: { de: 'Quellen', en: 'Sources' },
  source: {
    de: '{name}: {lines} Zeilen gelesen, {unread} nicht lesbar, zuletzt',
    en: '{name}: {lines} lines read, {unread} unreadable, last',
  },
  never: { de: 'nie', en: 'never' },
  problems: { de: 'Regeln, die nicht gehen', en: 'Rules that do not work' },
  seen: { de: '{count}-mal', en: '{count} times' },
  acknowledge: { de: 'Gesehen', en: 'Acknowledge' },
  close: { de: 'Schließen', en: 'Close' },
  open: { de: 'offen', en: 'open' },
  acknowledged: { de: 'gesehen', en: 'acknowledged' },
  closed: { de: 'geschlossen', en: 'closed' },
  lines: { de: 'Zeilen', en: 'Lines' },
  pack: { de: 'gefunden mit den Regeln {pack}', en: 'found with the rules {pack}' },
})
