import type { Lang } from '../../../kernel/i18n/text.ts'
import { STATE_WORDS } from '../../../kernel/i18n/words.ts'
import type { EvidenceRow, FindingRow, PersonRow, SystemRow } from '../contract-tables.ts'

export interface ExportColumn<R> {
  readonly title: { readonly de: string; readonly en: string }
  readonly cell: (row: R, lang: Lang) => string | number | boolean | null
}

export const FINDING_COLUMNS: readonly ExportColumn<FindingRow>[] = [
  { title: { de: 'Nummer', en: 'number' }, cell: (r) => r.id },
  { title: { de: 'Zustand', en: 'state' }, cell: (r, lang) => STATE_WORDS[r.excepted ? 'excepted' : r.status][lang] },
  { title: { de: 'Schwere', en: 'severity' }, cell: (r) => r.severity },
  { title: { de: 'Zusagen', en: 'promises' }, cell: (r) => r.controls.join(' ') },
  { title: { de: 'Prüfung', en: 'check' }, cell: (r) => r.check },
  { title: { de: 'System', en: 'system' }, cell: (r) => r.system },
  { title: { de: 'Was', en: 'what' }, cell: (r) => r.resource },
  { title: { de: 'Warum', en: 'why' }, cell: (r, lang) => r.text[lang] },
  { title: { de: 'zuerst gesehen', en: 'first seen' }, cell: (r) => r.openedAt },
  { title: { de: 'zuletzt gesehen', en: 'last seen' }, cell: (r) => r.lastSeenAt },
  { title: { de: 'geschlossen', en: 'closed' }, cell: (r) => r.closedAt },
]

export const SYSTEM_COLUMNS: readonly ExportColumn<SystemRow>[] = [
  { title: { de: 'Name', en: 'name' }, cell: (r) => r.name },
  { title: { de: 'Art', en: 'kind' }, cell: (r) => r.kind },
  { title: { de: 'Stand', en: 'status' }, cell: (r) => r.state },
  { title: { de: 'zuletzt gelesen', en: 'last read' }, cell: (r) => r.lastReadAt },
  { title: { de: 'nicht lesbar', en: 'unreadable' }, cell: (r) => r.failing },
  { title: { de: 'offene Befunde', en: 'open findings' }, cell: (r) => r.open },
]

export const PERSON_COLUMNS: readonly ExportColumn<PersonRow>[] = [
  { title: { de: 'Person', en: 'person' }, cell: (r) => r.person },
  { title: { de: 'Name', en: 'name' }, cell: (r) => r.name },
  { title: { de: 'E-Mail', en: 'mail' }, cell: (r) => r.email },
  { title: { de: 'Stand', en: 'status' }, cell: (r) => r.status },
  { title: { de: 'ab', en: 'from' }, cell: (r) => r.startsOn },
  { title: { de: 'bis', en: 'until' }, cell: (r) => r.endsOn },
  { title: { de: 'Konten', en: 'accounts' }, cell: (r) => r.accounts },
  { title: { de: 'Freigaben', en: 'entitlements' }, cell: (r) => r.entitlements },
  { title: { de: 'Schlüssel', en: 'keys' }, cell: (r) => r.keys },
  { title: { de: 'offene Befunde', en: 'open findings' }, cell: (r) => r.open },
]

export const EVIDENCE_COLUMNS: readonly ExportColumn<EvidenceRow>[] = [
  { title: { de: 'Nummer', en: 'position' }, cell: (r) => r.position },
  { title: { de: 'Zeit', en: 'time' }, cell: (r) => r.at },
  { title: { de: 'Art', en: 'kind' }, cell: (r) => r.kind },
  { title: { de: 'Was geschah', en: 'what happened' }, cell: (r, lang) => r.summary[lang] },
  { title: { de: 'Prüfsumme', en: 'digest' }, cell: (r) => r.digest },
  { title: { de: 'versiegelt', en: 'sealed' }, cell: (r) => r.sealed },
]
