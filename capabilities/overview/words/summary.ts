import type { Both } from '../contract.ts'

type Body = Readonly<Record<string, unknown>>

const both = (de: string, en: string): Both => ({ de, en })
const word = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 120) : '–'
const sum = (value: unknown): number =>
  value !== null && typeof value === 'object'
    ? Object.values(value).reduce((n: number, v) => n + (typeof v === 'number' ? v : 0), 0)
    : 0

/** One sentence per kind of entry. What is sealed of people is never opened here, so it cannot be told either. */
const SUMMARIES: Readonly<Record<string, (body: Body) => Both>> = {
  collection: (b) => both(`${word(b['system'])} gelesen`, `${word(b['system'])} read`),
  judgement: (b) =>
    both(
      `${word(b['checks'])} Prüfungen über ${word(b['systems'])} Systeme, ${word(b['rows'])} Zeilen`,
      `${word(b['checks'])} checks over ${word(b['systems'])} systems, ${word(b['rows'])} rows`,
    ),
  verdicts: (b) =>
    both(
      `${word(b['check'])}: ${count(b['opened'])} Zeilen neu, ${count(b['closed'])} beendet`,
      `${word(b['check'])}: ${count(b['opened'])} rows new, ${count(b['closed'])} ended`,
    ),
  exception: (b) =>
    both(
      `Ausnahme ${word(b['exception'] ?? b['id'])} für ${word(b['check'])}`,
      `Exception ${word(b['exception'] ?? b['id'])} for ${word(b['check'])}`,
    ),
  exception_end: (b) =>
    both(`Ausnahme ${word(b['exception'] ?? b['id'])} beendet`, `Exception ${word(b['exception'] ?? b['id'])} ended`),
  attestation: (b) => both(`${word(b['control'])} bezeugt`, `${word(b['control'])} attested`),
  configuration: (b) =>
    both(
      `Liste der Systeme geändert: ${Array.isArray(b['systems']) ? b['systems'].length : '–'}`,
      `List of systems changed: ${Array.isArray(b['systems']) ? b['systems'].length : '–'}`,
    ),
  token: (b) =>
    both(
      `Token ${word(b['token'])} ${b['event'] === 'ended' ? 'beendet' : 'angelegt'}`,
      `Token ${word(b['token'])} ${b['event'] === 'ended' ? 'ended' : 'created'}`,
    ),
  drill: () => both('Übung: Zusagen absichtlich gebrochen', 'Drill: promises broken on purpose'),
  statement: (b) =>
    both(
      `Stand von ${Array.isArray(b['controls']) ? b['controls'].length : '–'} öffentlichen Zusagen erklärt`,
      `State of ${Array.isArray(b['controls']) ? b['controls'].length : '–'} public promises stated`,
    ),
  states: (b) =>
    both(
      `Stand von ${Array.isArray(b['controls']) ? b['controls'].length : '–'} internen Zusagen festgehalten`,
      `State of ${Array.isArray(b['controls']) ? b['controls'].length : '–'} internal promises recorded`,
    ),
  erasure: () => both('Eine Person unlesbar gemacht', 'A person was made unreadable'),
  export: (b) =>
    both(
      `Ausfuhr: ${word(b['table'] ?? b['format'] ?? 'Paket')}`,
      `Export: ${word(b['table'] ?? b['format'] ?? 'pack')}`,
    ),
  reconciled: () => both('Datenbank nach einer Wiederherstellung abgeglichen', 'Database reconciled after a restore'),
  organisation: (b) => both(`Unternehmen: ${word(b['name'])}`, `Organisation: ${word(b['name'])}`),
  account: (b) => ACCOUNTS[word(b['event'])] ?? both('Ein Konto geändert', 'An account changed'),
}

const ACCOUNTS: Readonly<Record<string, Both>> = {
  setup: both('Eingerichtet: der erste Inhaber', 'Set up: the first owner'),
  invited: both('Jemand eingeladen', 'Somebody invited'),
  joined: both('Eine Einladung angenommen', 'An invitation accepted'),
  reset: both('Ein Konto neu eingeladen', 'An account invited anew'),
  roles: both('Rollen eines Kontos geändert', 'Roles of an account changed'),
  locked: both('Ein Konto gesperrt', 'An account locked'),
  unlocked: both('Ein Konto entsperrt', 'An account unlocked'),
  method_added: both('Ein Weg zum Anmelden kam hinzu', 'A way to sign in was added'),
  method_removed: both('Ein Weg zum Anmelden entfernt', 'A way to sign in was removed'),
  sessions_ended: both('Sitzungen beendet', 'Sessions ended'),
}

const count = (value: unknown): number => (typeof value === 'number' ? value : sum(value))

/** What an entry tells, in one sentence. @param body - canonical JSON, or null where only the log still has it */
export function summaryOf(kind: string, body: string | null): Both {
  if (body === null) return both('Nur noch im Protokoll', 'In the log only')
  const tell = SUMMARIES[kind]
  return tell === undefined ? both(`Eintrag der Art ${kind}`, `Entry of kind ${kind}`) : tell(JSON.parse(body) as Body)
}
