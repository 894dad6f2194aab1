import type { Text } from '../verifier/result.ts'
import type { ShownControl } from '../verifier/trust-document.ts'

export type State = ShownControl['state']

/** What a state is called, as everywhere in the product. */
export const STATE_WORDS: Readonly<Record<State, Text>> = {
  ok: { de: 'gehalten', en: 'holds' },
  alarm: { de: 'verletzt', en: 'violated' },
  error: { de: 'nicht lesbar', en: 'could not be read' },
  stale: { de: 'veraltet', en: 'out of date' },
  unmeasured: { de: 'nicht gemessen', en: 'not measured' },
  excepted: { de: 'Ausnahme', en: 'exception' },
  attested: { de: 'bezeugt', en: 'attested' },
  info: { de: 'zur Kenntnis', en: 'for information' },
  skip: { de: 'nicht anwendbar', en: 'not applicable' },
}

/** How a number of controls in a state is told in the summing-up, best first. */
export const COUNTED: readonly (readonly [State, Text])[] = [
  ['ok', { de: 'gemessen und gehalten', en: 'measured and held' }],
  ['alarm', { de: 'verletzt', en: 'violated' }],
  ['error', { de: 'nicht lesbar', en: 'unreadable' }],
  ['stale', { de: 'veraltet', en: 'out of date' }],
  ['attested', { de: 'bezeugt', en: 'attested' }],
  ['excepted', { de: 'mit Ausnahme', en: 'excepted' }],
  ['unmeasured', { de: 'nicht gemessen', en: 'not measured' }],
  ['info', { de: 'zur Kenntnis', en: 'for information' }],
  ['skip', { de: 'nicht anwendbar', en: 'not applicable' }],
]

/** How the page stands to the log. */
export type Standing = 'sealed' | 'expired' | 'unsealed' | 'changed' | 'refuted' | 'none'

export const STANDINGS: Readonly<Record<Exclude<Standing, 'sealed'>, Text>> = {
  expired: {
    de: 'Die letzte versiegelte Aussage ist abgelaufen. Wie es jetzt steht, ist nicht belegt; alles gilt als veraltet.',
    en: 'The last sealed statement has expired. How things stand now is not shown; everything counts as out of date.',
  },
  unsealed: {
    de: 'Noch ist keine Aussage versiegelt. Bis dahin gilt alles als nicht gemessen.',
    en: 'No statement is sealed yet. Until then everything counts as not measured.',
  },
  changed: {
    de: 'Die Richtlinie wurde geändert, und zu ihrem neuen Wortlaut ist noch nichts versiegelt. Bis dahin gilt alles als nicht gemessen.',
    en: 'The policy was changed, and nothing is sealed yet about its new wording. Until then everything counts as not measured.',
  },
  refuted: {
    de: 'Die gespeicherte Aussage passt nicht zum Protokoll. Sie wird nicht gezeigt; alles gilt als nicht gemessen.',
    en: 'The stored statement does not fit the log. It is not shown; everything counts as not measured.',
  },
  none: {
    de: 'Hier läuft kein Protokoll. Ohne versiegelte Aussage gilt alles als nicht gemessen.',
    en: 'No log runs here. Without a sealed statement everything counts as not measured.',
  },
}

/** The texts of the page that are no data. */
export const TEXTS = {
  title: { de: 'Sicherheitsrichtlinie', en: 'Security policy' },
  description: {
    de: 'Jeder Satz der Sicherheitsrichtlinie mit seinem gemessenen, versiegelten Zustand.',
    en: 'Each sentence of the security policy with its measured, sealed state.',
  },
  skip: { de: 'Zum Text', en: 'To the text' },
  language: { de: 'Sprache', en: 'Language' },
  chapters: { de: 'Kapitel', en: 'Chapters' },
  proof: { de: 'Nachweis', en: 'Proof' },
  ribbon: {
    de: 'Zustand aller Zusagen in der Reihenfolge der Richtlinie',
    en: 'State of all promises in the order of the policy',
  },
  measured: { de: 'gemessen', en: 'measured' },
  never: { de: 'nie gemessen', en: 'never measured' },
  population: { de: 'Umfang', en: 'population' },
  since: { de: 'seit', en: 'since' },
  sealedAt: { de: 'Versiegelt', en: 'Sealed' },
  validUntil: { de: 'Gültig bis', en: 'Valid until' },
  log: { de: 'Protokoll', en: 'Log' },
  entry: { de: 'Eintrag', en: 'Entry' },
  witnesses: { de: 'Zeugen', en: 'Witnesses' },
  noWitness: {
    de: 'keine: Unbezeugt. Wer das Protokoll führt, könnte anderen ein anderes zeigen.',
    en: 'none: unwitnessed. Whoever keeps the log could show others a different one.',
  },
  key: { de: 'Schlüssel', en: 'Key' },
  policy: { de: 'Prüfsumme der Richtlinie', en: 'Digest of the policy' },
  check: { de: 'Noch einmal prüfen', en: 'Check again' },
  forget: { de: 'Gemerkten Stand vergessen', en: 'Forget what was remembered' },
  checking: { de: 'Dieser Browser prüft die Seite …', en: 'This browser is checking the page …' },
  checkedTop: { de: 'In diesem Browser geprüft', en: 'Checked in this browser' },
  noScript: {
    de: 'Mit JavaScript prüft Ihr Browser diese Seite selbst gegen das Protokoll. Ohne geht es mit dem Programm unten.',
    en: 'With JavaScript your browser checks this page against the log by itself. Without it, the program below does.',
  },
  unaided: { de: 'Unabhängig prüfen', en: 'Checking independently' },
  unaidedText: {
    de: 'Auch die Prüfung in diesem Browser kommt von dem Server, den sie prüft. Wer ihm nicht traut, nimmt das Prüfprogramm aus dem Quelltext, auf einem eigenen Rechner, ohne Installation:',
    en: 'The check in this browser, too, comes from the server that it checks. Whoever distrusts it takes the verifier from the source, on a machine of their own, without an installation:',
  },
  meaning: { de: 'Was das beweist, und was nicht', en: 'What this proves, and what it does not' },
  proves: {
    de: 'Bewiesen ist: Genau diese Sätze mit diesen Zuständen wurden zur genannten Zeit in dieses Protokoll geschrieben. Dort lassen sie sich nicht mehr unbemerkt ändern oder entfernen. Die Zeugen bestätigen, dass alle dasselbe Protokoll sehen. Ihr Browser merkt sich den Stand und schlägt Alarm, wenn das Protokoll ihn später nicht fortsetzt.',
    en: 'Proved is: exactly these sentences with these states were written into this log at the time named. They can no longer be changed or removed there unnoticed. The witnesses confirm that everybody sees the same log. Your browser remembers the checkpoint and raises an alarm if the log does not continue it later.',
  },
  provesNot: {
    de: 'Nicht bewiesen ist, dass richtig gemessen wurde oder dass alles angeschlossen ist, was es gibt. Wer die Systeme betreibt, könnte Falsches melden; er kann nur später nicht mehr abstreiten, was er gemeldet hat. Beim ersten Besuch nennt die Seite ihren Schlüssel selbst: Vergleichen Sie ihn auf einem anderen Weg, wenn es darauf ankommt. Ob die Zeugen unabhängig sind, müssen Sie beurteilen.',
    en: 'Not proved is that the measuring was right, or that everything there is has been connected. Whoever runs the systems could report wrongly; they only cannot deny later what they reported. At a first visit the page names its key itself: compare it by another way if it matters. Whether the witnesses are independent is yours to judge.',
  },
  demo: {
    de: 'Vorführung: Diese Firma und alle ihre Systeme sind erfunden.',
    en: 'Demonstration: this company and all its systems are made up.',
  },
  copy: {
    de: 'Diese Seite ist eine Kopie und altert nicht von selbst. Was nach „Gültig bis“ gilt, steht auf der laufenden Seite:',
    en: 'This page is a copy and does not age by itself. What holds after “Valid until” is on the live page:',
  },
  made: {
    de: 'Diese Seite zeigt nur, was versiegelt ist. Maschinenlesbar:',
    en: 'This page shows only what is sealed. Machine-readable:',
  },
  signs: { de: 'Zeichen', en: 'Marks' },
  reload: { de: 'Seite neu laden', en: 'Reload the page' },
} as const satisfies Record<string, Text>
