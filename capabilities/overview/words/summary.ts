import type { EntryKind } from '../../../kernel/ledger/entry.ts'
import type { Both } from '../contract.ts'

type Body = Readonly<Record<string, unknown>>
type Tell = (body: Body) => Both

const both = (de: string, en: string): Both => ({ de, en })

const LONGEST = 80
/** A name or number of the body. What is sealed of people is an object, and so never told. */
const word = (value: unknown): string => {
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string' || value === '') return '–'
  return value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value
}
const length = (value: unknown): number =>
  Array.isArray(value) ? value.length : value !== null && typeof value === 'object' ? Object.keys(value).length : 0
const members = (value: unknown): readonly Body[] =>
  value !== null && typeof value === 'object'
    ? Object.values(value).filter((v): v is Body => v !== null && typeof v === 'object')
    : []
const sum = (of: readonly Body[], name: string): number =>
  of.reduce((n, one) => n + (typeof one[name] === 'number' ? one[name] : 0), 0)

const ACCESS_EVENTS: Readonly<Record<string, readonly [string, string]>> = {
  requested: ['Zugang beantragt', 'Access asked for'],
  approved: ['Antrag freigegeben', 'Request approved'],
  refused: ['Antrag abgelehnt', 'Request refused'],
  withdrawn: ['Antrag zurückgezogen', 'Request withdrawn'],
  opened: ['Freigabe begonnen', 'Grant begun'],
  applied: ['Zugang eingerichtet', 'Access set up'],
  certified: ['Zertifikat ausgestellt', 'Certificate issued'],
  ended: ['Freigabe beendet', 'Grant ended'],
  locked: ['Gesperrt', 'Locked'],
  unlocked: ['Sperre aufgehoben', 'Lock lifted'],
  key_added: ['SSH-Schlüssel hinterlegt', 'SSH key enrolled'],
  key_removed: ['SSH-Schlüssel entfernt', 'SSH key removed'],
  approver: ['Schlüssel zum Freigeben hinterlegt', 'Key for approving enrolled'],
  host: ['Maschine aufgenommen', 'Host enrolled'],
}
const BACKUP_EVENTS: Readonly<Record<string, readonly [string, string]>> = {
  taken: ['Sicherung erstellt', 'Backup taken'],
  failed: ['Sicherung gescheitert', 'Backup failed'],
  removed: ['Sicherung entfernt', 'Backup removed'],
  drill: ['Wiederherstellung geübt', 'Restore drill held'],
}
const FIREWALL_EVENTS: Readonly<Record<string, readonly [string, string]>> = {
  proposed: ['Firewall-Änderung vorgeschlagen', 'Firewall change proposed'],
  approved: ['Firewall-Änderung freigegeben', 'Firewall change approved'],
  refused: ['Firewall-Änderung abgelehnt', 'Firewall change refused'],
  withdrawn: ['Firewall-Änderung zurückgezogen', 'Firewall change withdrawn'],
  sent: ['Firewall-Änderung gesendet', 'Firewall change sent'],
  applied: ['Firewall-Änderung geladen', 'Firewall change loaded'],
  confirmed: ['Firewall-Änderung bestätigt', 'Firewall change confirmed'],
  rolled_back: ['Firewall-Änderung zurückgenommen', 'Firewall change taken back'],
  seen: ['Andere Firewall-Regeln gesehen', 'Other firewall rules seen'],
  noted: ['Angaben zu einer Firewall-Regel', 'Notes on a firewall rule'],
  review_opened: ['Firewall-Überprüfung begonnen', 'Firewall review begun'],
  reviewed: ['Firewall-Überprüfung unterschrieben', 'Firewall review signed'],
}
const KEY_EVENTS: Readonly<Record<string, readonly [string, string]>> = {
  created: ['Schlüssel angelegt', 'Key made'],
  rotated: ['Schlüssel erneuert', 'Key rotated'],
  disabled: ['Schlüssel abgeschaltet', 'Key disabled'],
  asked: ['Auftrag zu einem Schlüssel', 'Order about a key'],
  approved: ['Auftrag zu einem Schlüssel freigegeben', 'Order about a key approved'],
  refused: ['Auftrag zu einem Schlüssel abgelehnt', 'Order about a key refused'],
  granted: ['Schlüsselnutzung freigegeben', 'Use of a key granted'],
  enabled: ['Schlüssel wieder eingeschaltet', 'Key enabled again'],
  shredded: ['Schlüssel vernichtet', 'Key shredded'],
  ended: ['Freigabe eines Schlüssels beendet', 'Grant of a key ended'],
  holder: ['Inhaber eines Schlüssels aufgenommen', 'Holder of keys enrolled'],
}
const REVOCATION_STATES: Readonly<Record<string, readonly [string, string]>> = {
  sent: ['gesendet', 'sent'],
  acknowledged: ['bestätigt', 'acknowledged'],
  'verified-gone': ['nachweislich weg', 'verified gone'],
  failed: ['gescheitert, wird wiederholt', 'failed, is being repeated'],
  cannot: ['nicht möglich', 'not possible'],
}

/** One sentence per kind of entry, from what the body says in clear. */
const SUMMARIES: Readonly<Record<EntryKind, Tell>> = {
  collection: (b) => {
    const kinds = members(b['kinds'])
    const [opened, closed, failed] = [sum(kinds, 'opened'), sum(kinds, 'closed'), length(b['failures'])]
    return both(
      `${word(b['system'])} gelesen: ${opened} neu, ${closed} beendet${failed > 0 ? `, ${failed} nicht lesbar` : ''}`,
      `${word(b['system'])} read: ${opened} new, ${closed} ended${failed > 0 ? `, ${failed} unreadable` : ''}`,
    )
  },
  judgement: (b) =>
    both(
      `Beurteilt: Prüfungen ${word(b['checks'])}, Systeme ${word(b['systems'])}; Zeilen: ${word(b['opened'])} neu, ${word(b['closed'])} beendet`,
      `Judged: checks ${word(b['checks'])}, systems ${word(b['systems'])}; rows: ${word(b['opened'])} new, ${word(b['closed'])} ended`,
    ),
  verdicts: (b) =>
    both(
      `${word(b['check'])}, Zeilen: ${word(b['opened'])} neu, ${word(b['closed'])} beendet`,
      `${word(b['check'])}, rows: ${word(b['opened'])} new, ${word(b['closed'])} ended`,
    ),
  exception: (b) =>
    both(`Ausnahme ${word(b['id'])} für ${word(b['check'])}`, `Exception ${word(b['id'])} for ${word(b['check'])}`),
  exception_end: (b) => both(`Ausnahme ${word(b['id'])} beendet`, `Exception ${word(b['id'])} ended`),
  attestation: (b) => both(`${word(b['control'])} bezeugt`, `${word(b['control'])} attested`),
  configuration: (b) =>
    b['part'] === 'scim'
      ? both('Vom Identitätsanbieter geändert: Person oder Gruppe', 'Changed by the identity provider: person or group')
      : both(`Liste der Systeme geändert: ${length(b['systems'])}`, `List of systems changed: ${length(b['systems'])}`),
  token: (b) =>
    b['event'] === 'ended'
      ? both(`Token ${word(b['token'])} beendet`, `Token ${word(b['token'])} ended`)
      : both(`Token ${word(b['token'])} angelegt`, `Token ${word(b['token'])} created`),
  drill: (b) => {
    const results = members(b['results'])
    const seen = results.filter((r) => r['turnedRed'] === true && r['turnedGreen'] === true).length
    return both(
      `Übung: ${results.length} Prüfungen absichtlich gebrochen, ${seen} bemerkten es und die Heilung`,
      `Drill: ${results.length} checks broken on purpose, ${seen} noticed it and the mending`,
    )
  },
  statement: (b) =>
    both(
      `Stand von ${length(b['controls'])} öffentlichen Zusagen erklärt`,
      `State of ${length(b['controls'])} public promises stated`,
    ),
  states: (b) =>
    both(
      `Stand von ${length(b['controls'])} internen Zusagen festgehalten`,
      `State of ${length(b['controls'])} internal promises recorded`,
    ),
  erasure: () => both('Eine Person unlesbar gemacht', 'A person was made unreadable'),
  export: (b) =>
    both(
      `Ausfuhr: ${word(b['table'] ?? b['format'] ?? 'Paket')}`,
      `Export: ${word(b['table'] ?? b['format'] ?? 'pack')}`,
    ),
  access: (b) => {
    const [de, en] = ACCESS_EVENTS[String(b['event'])] ?? ['Zugang', 'access']
    const what = [b['entitlement'], b['system']].filter((v) => typeof v === 'string' && v !== '').map(word)
    const about = what.length === 0 ? '' : `: ${what.join(', ')}`
    return both(`${de}${about}`, `${en}${about}`)
  },
  key: (b) => {
    const [de, en] = KEY_EVENTS[String(b['event'])] ?? ['Schlüssel', 'Key']
    const about = word(b['key'] ?? b['holder'])
    return both(`${de}: ${about}`, `${en}: ${about}`)
  },
  key_use: (b) =>
    both(`Schlüsselnutzung gezählt, Stapel ${word(b['batch'])}`, `Uses of keys counted, batch ${word(b['batch'])}`),
  firewall: (b) => {
    const [de, en] = FIREWALL_EVENTS[String(b['event'])] ?? ['Firewall', 'Firewall']
    return both(`${de}: ${word(b['host'])}`, `${en}: ${word(b['host'])}`)
  },
  alert: (b) =>
    b['event'] === 'raised'
      ? both(`Alarm: ${word(b['rule'])}, ${word(b['level'])}`, `Alert: ${word(b['rule'])}, ${word(b['level'])}`)
      : both(`Alarm ${word(b['state'])}`, `Alert ${word(b['state'])}`),
  ban: (b) => {
    const n = length(b['bans'])
    if (b['event'] !== 'begun') return both(`${n} Sperren beendet`, `${n} bans ended`)
    const rehearsed = b['armed'] !== true
    return both(`${n} Sperren ${rehearsed ? 'geprobt' : 'begonnen'}`, `${n} bans ${rehearsed ? 'rehearsed' : 'begun'}`)
  },
  backup: (b) => {
    const [de, en] = BACKUP_EVENTS[String(b['event'])] ?? ['Sicherung', 'Backup']
    const problem = typeof b['problem'] === 'string' ? `: ${word(b['problem'])}` : ''
    return both(`${de}, ${word(b['backup'])}${problem}`, `${en}, ${word(b['backup'])}${problem}`)
  },
  revocation: (b) =>
    both(
      `Entzug auf ${word(b['system'])}: ${REVOCATION_STATES[String(b['state'])]?.[0] ?? word(b['state'])}`,
      `Revocation on ${word(b['system'])}: ${REVOCATION_STATES[String(b['state'])]?.[1] ?? word(b['state'])}`,
    ),
  reconciled: (b) =>
    both(
      `Nach einer Wiederherstellung abgeglichen: ${word(b['lost'])} verloren, ${word(b['moved'])} verschoben`,
      `Reconciled after a restore: ${word(b['lost'])} lost, ${word(b['moved'])} moved`,
    ),
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
  profile: both('Name oder Sprache eines Kontos geändert', 'Name or language of an account changed'),
  method_added: both('Ein Weg zum Anmelden kam hinzu', 'A way to sign in was added'),
  method_removed: both('Ein Weg zum Anmelden entfernt', 'A way to sign in was removed'),
  sessions_ended: both('Sitzungen beendet', 'Sessions ended'),
  attempts: both('Zu viele Versuche, sich anzumelden', 'Too many attempts to sign in'),
  erased: both('Ein Konto gelöscht', 'An account erased'),
}

/** What an entry tells, in one sentence. @param body - canonical JSON, or null where only the log still has it */
export function summaryOf(kind: string, body: string | null): Both {
  if (body === null) return both('Nur noch im Protokoll', 'In the log only')
  const tell = (Object.hasOwn(SUMMARIES, kind) ? SUMMARIES[kind as EntryKind] : undefined) ?? general(kind)
  return tell(JSON.parse(body) as Body)
}

const general =
  (kind: string): Tell =>
  () =>
    both(`Eintrag der Art ${kind}`, `Entry of kind ${kind}`)

/** Words that each kind is told in, lower case: what a person may look for. */
export const KIND_WORDS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(SUMMARIES).map(([kind, tell]) => {
    const told = [tell({}), ...(kind === 'account' ? Object.values(ACCOUNTS) : [])]
    return [
      kind,
      told
        .map(({ de, en }) => `${de} ${en}`)
        .join(' ')
        .toLowerCase(),
    ]
  }),
)
