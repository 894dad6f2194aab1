import { texts } from './text.ts'

export const FORMS = texts({
  save: { de: 'Eintragen', en: 'Record' },
  cancel: { de: 'Abbrechen', en: 'Cancel' },
  check: { de: 'Prüfung', en: 'Check' },
  system: { de: 'System (leer: alle)', en: 'System (empty: all)' },
  resource: { de: 'Was genau (leer: alles)', en: 'What exactly (empty: everything)' },
  owner: { de: 'Wer dafür einsteht', en: 'Who answers for it' },
  reason: { de: 'Warum es hingenommen wird', en: 'Why it is accepted' },
  until: { de: 'Bis einschließlich', en: 'Up to and including' },
  exceptTitle: { de: 'Eine Abweichung befristet hinnehmen', en: 'Accept a deviation for a time' },
  exceptHelp: {
    de: 'Der Befund bleibt sichtbar; die Zusage gilt als „Ausnahme“, nie als gehalten.',
    en: 'The finding stays visible; the promise counts as “exception”, never as held.',
  },
  attestTitle: { de: 'Bezeugen', en: 'Attest' },
  attestHelp: {
    de: 'Die Datei bleibt auf diesem Gerät. Eingetragen werden ihr Name und ihre Prüfsumme.',
    en: 'The file stays on this device. Its name and its digest are recorded.',
  },
  person: { de: 'Wer bezeugt', en: 'Who attests' },
  document: { de: 'Beleg (Datei)', en: 'Document (file)' },
  note: { de: 'Bemerkung (freiwillig)', en: 'Note (optional)' },
})
