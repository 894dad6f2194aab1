import { texts } from './text.ts'

export const BLOCKING = texts({
  title: { de: 'Sperren', en: 'Blocking' },
  lead: {
    de: 'Wer ausgesperrt ist, warum und bis wann; und ob der Kern es wirklich tut.',
    en: 'Who is kept out, why and until when; and whether the kernel really does it.',
  },
  off: { de: 'Hier wird niemand ausgesperrt.', en: 'Nobody is kept out here.' },
  dryRun: {
    de: 'Es wird nur geprobt: aufgeschrieben, niemand ausgesperrt.',
    en: 'It only rehearses: written down, nobody kept out.',
  },
  inForce: {
    de: '{enforced} von {decided} Sperren sind im Kern in Kraft',
    en: '{enforced} of {decided} bans are in force in the kernel',
  },
  unread: { de: 'Der Kern antwortet nicht: {problem}', en: 'The kernel does not answer: {problem}' },
  refused: { de: '{n} Pakete abgewiesen', en: '{n} packets refused' },
  live: { de: 'Ausgesperrt', en: 'Kept out' },
  ended: { de: 'Beendet', en: 'Ended' },
  spared: { de: 'Verschont', en: 'Spared' },
  none: { de: 'niemand', en: 'nobody' },
  network: { de: 'Adresse oder Netz', en: 'Address or network' },
  why: { de: 'Warum', en: 'Why' },
  until: { de: 'Bis', en: 'Until' },
  before: { de: 'Zuvor', en: 'Before' },
  actions: { de: 'Was zu tun ist', en: 'Actions' },
  lift: { de: 'Hereinlassen', en: 'Let in' },
  rehearsed: { de: 'geprobt', en: 'rehearsed' },
  never: { de: 'steht auf der Liste', en: 'is on the list' },
  per_minute: { de: 'zu viele in der Minute', en: 'too many in a minute' },
  most: { de: 'zu viele auf einmal', en: 'too many at a time' },
  clients: { de: 'zu viele der Kunden', en: 'too many of the clients' },
  no_address: { de: 'keine Adresse', en: 'no address' },
})
