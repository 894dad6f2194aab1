import type { Text } from '../../kernel/i18n/text.ts'
import { REGISTER_KINDS, type Register, type RegisterKind, type RegisterRow } from './contract.ts'
import type { PlacedRow } from './read-rows.ts'
import { type RegisterProblem, registerInvalid, shown } from './register-invalid.ts'

/** What an import brings: rows with their places, per kind. A kind that is given replaces the stored one. */
export type RegisterChange = {
  readonly [K in RegisterKind]?: { readonly file: string; readonly rows: readonly PlacedRow<K>[] }
}

/** The service to which the product's own accounts belong. They are registered by it and outlive every import. */
export const OWN_SERVICE = 'bergfried'

/**
 * Puts an import and the stored register together and checks the whole: nothing twice, no reference into the void, no
 * entitlement approved by the person who answers for the account. Rows that were stored before are judged again only
 * where the import changes what they refer to.
 *
 * @param earlier - problems already found while reading
 * @throws {BergfriedError} `register.invalid` with the first problem; nothing is to be stored then
 */
export function settleRegister(
  change: RegisterChange,
  previous: Register,
  earlier: readonly RegisterProblem[] = [],
): Register {
  const draft = merge(change, previous)
  const problems = [...earlier]
  if (problems.length === 0) for (const rule of RULES) rule(draft, (row, reason) => blame(draft, row, reason, problems))
  const [first, ...others] = problems
  if (first !== undefined) throw registerInvalid([first, ...others])
  const rows = <K extends RegisterKind>(kind: K) => draft.rows[kind].map((entry) => entry.row)
  return {
    person: rows('person'),
    service_account: rows('service_account'),
    account_owner: rows('account_owner'),
    entitlement: rows('entitlement'),
    enrolled_key: rows('enrolled_key'),
  }
}

interface Entry<K extends RegisterKind> {
  readonly kind: K
  readonly row: RegisterRow<K>
  /** Null: it was stored before. */
  readonly place: { readonly file: string; readonly line: number } | null
}

interface Draft {
  readonly rows: { readonly [K in RegisterKind]: readonly Entry<K>[] }
  readonly files: { readonly [K in RegisterKind]?: string }
  readonly people: ReadonlyMap<string, Entry<'person'>>
  readonly services: ReadonlyMap<string, Entry<'service_account'>>
}

type Rule = (draft: Draft, complain: (row: Entry<RegisterKind>, reason: Text, because?: RegisterKind) => void) => void

function merge(change: RegisterChange, previous: Register): Draft {
  const entries = <K extends RegisterKind>(kind: K, same: (row: RegisterRow<K>) => string): readonly Entry<K>[] => {
    const stored = previous[kind].map((row): Entry<K> => ({ kind, row, place: null }))
    const given = change[kind]
    if (given === undefined) return stored
    const fresh = given.rows.map(({ file, line, row }): Entry<K> => ({ kind, row, place: { file, line } }))
    const named = new Set(fresh.map((e) => same(e.row)))
    return [...fresh, ...stored.filter((e) => isOwn(e) && !named.has(same(e.row)))]
  }
  const rows: Draft['rows'] = {
    person: entries('person', (r) => r.person),
    service_account: entries('service_account', (r) => r.service),
    account_owner: entries('account_owner', accountKey),
    entitlement: entries('entitlement', entitlementKey),
    enrolled_key: entries('enrolled_key', (r) => r.fingerprint),
  }
  return {
    rows,
    files: Object.fromEntries(REGISTER_KINDS.flatMap((k) => (change[k] === undefined ? [] : [[k, change[k].file]]))),
    people: new Map(rows.person.map((e) => [e.row.person, e])),
    services: new Map(rows.service_account.map((e) => [e.row.service, e])),
  }
}

const accountKey = (r: { targetSystem: string; account: string }): string => `${r.targetSystem}\n${r.account}`
const entitlementKey = (r: RegisterRow<'entitlement'>): string => `${accountKey(r)}\n${r.privilege}`

function isOwn(entry: Entry<RegisterKind>): boolean {
  if (entry.kind === 'service_account') return (entry as Entry<'service_account'>).row.service === OWN_SERVICE
  if (entry.kind !== 'account_owner') return false
  const { row } = entry as Entry<'account_owner'>
  return row.ownerKind === 'service' && row.owner === OWN_SERVICE
}

/**
 * A row of the import is to blame itself. A stored row is not: then the file is, that no longer holds what the row
 * needs; and where no file of this import does, the row was accepted as it is.
 */
function blame(draft: Draft, row: Entry<RegisterKind>, reason: Text, problems: RegisterProblem[]): void {
  if (row.place !== null) {
    problems.push({ ...row.place, reason })
    return
  }
  const file = REFERS_TO[row.kind].map((kind) => draft.files[kind]).find((f) => f !== undefined)
  if (file === undefined || isOwn(row)) return
  problems.push({
    file,
    line: 1,
    reason: {
      de: `mit dem, was schon gespeichert ist, passt es nicht zusammen: ${reason.de}; wer geht, wird „ausgeschieden“ und nicht gelöscht`,
      en: `it does not fit what is stored already: ${reason.en}; whoever leaves becomes “left” and is not deleted`,
    },
  })
}

const REFERS_TO: { readonly [K in RegisterKind]: readonly RegisterKind[] } = {
  person: [],
  service_account: ['person'],
  account_owner: ['person', 'service_account'],
  entitlement: ['account_owner', 'service_account', 'person'],
  enrolled_key: ['person', 'service_account'],
}

/** Refuses what is named twice. `fold` says when two names are the same. */
function once<K extends RegisterKind>(
  kind: K,
  name: (row: RegisterRow<K>) => string | null,
  what: Text,
  fold: (name: string) => string = (same) => same,
): Rule {
  return (draft, complain) => {
    const seen = new Set<string>()
    for (const entry of draft.rows[kind]) {
      const value = name(entry.row)
      if (value === null) continue
      if (seen.has(fold(value))) {
        const words = shown(value.replaceAll('\n', ' / '))
        complain(entry, { de: `${what.de} „${words}“ kommt zweimal vor`, en: `${what.en} “${words}” appears twice` })
      }
      seen.add(fold(value))
    }
  }
}

/** Identifiers that differ in case alone are the same to a reader. */
const lowerCase = (name: string): string => name.toLowerCase()

const unknownPerson = (id: string): Text => ({
  de: `„${shown(id)}“ ist keine Person des Registers`,
  en: `“${shown(id)}” is no person of the register`,
})

const RULES: readonly Rule[] = [
  once('person', (r) => r.person, { de: 'die Kennung', en: 'the id' }, lowerCase),
  // One human with two identifiers could approve for the other one.
  once('person', (r) => r.email, { de: 'die E-Mail-Adresse', en: 'the email address' }, lowerCase),
  once('service_account', (r) => r.service, { de: 'der Dienst', en: 'the service' }, lowerCase),
  once('account_owner', accountKey, { de: 'das Konto', en: 'the account' }),
  once('entitlement', entitlementKey, { de: 'die Freigabe', en: 'the entitlement' }),
  once('enrolled_key', (r) => r.fingerprint, { de: 'der Schlüssel', en: 'the key' }),
  function daysInOrder(draft, complain) {
    for (const entry of draft.rows.person) {
      const { startsOn, endsOn } = entry.row
      if (startsOn === null || endsOn === null || startsOn <= endsOn) continue
      complain(entry, {
        de: `der Austritt (${endsOn}) liegt vor dem Eintritt (${startsOn})`,
        en: `the end (${endsOn}) comes before the start (${startsOn})`,
      })
    }
  },
  function everythingHasAnOwner(draft, complain) {
    for (const entry of draft.rows.service_account) {
      if (!draft.people.has(entry.row.owner)) complain(entry, unknownPerson(entry.row.owner))
    }
    for (const entry of draft.rows.account_owner) {
      const { ownerKind, owner } = entry.row
      if (ownerKind === 'person' && !draft.people.has(owner)) complain(entry, unknownPerson(owner))
      if (ownerKind === 'service' && !draft.services.has(owner)) {
        complain(entry, {
          de: `„${shown(owner)}“ ist kein Dienst des Registers`,
          en: `“${shown(owner)}” is no service of the register`,
        })
      }
    }
    for (const entry of draft.rows.enrolled_key) {
      const { owner } = entry.row
      if (draft.people.has(owner) || draft.services.has(owner)) continue
      complain(entry, {
        de: `„${shown(owner)}“ ist weder Person noch Dienst des Registers`,
        en: `“${shown(owner)}” is neither a person nor a service of the register`,
      })
    }
  },
  function nobodyApprovesAlone(draft, complain) {
    const byAccount = new Map<string, Entry<'account_owner'>[]>()
    for (const entry of draft.rows.account_owner) {
      const known = byAccount.get(entry.row.account)
      if (known === undefined) byAccount.set(entry.row.account, [entry])
      else known.push(entry)
    }
    for (const entry of draft.rows.entitlement) {
      const { account, targetSystem, approvedBy } = entry.row
      if (!draft.people.has(approvedBy)) complain(entry, unknownPerson(approvedBy))
      const holders = holdersOf(byAccount.get(account) ?? [], targetSystem)
      if (holders.length === 0) {
        complain(entry, {
          de: `das Konto „${shown(account)}“ gehört auf „${shown(targetSystem)}“ niemandem`,
          en: `the account “${shown(account)}” belongs to nobody on “${shown(targetSystem)}”`,
        })
      }
      const own = holders.find((h) => answersFor(draft, h.row) === approvedBy)
      if (own === undefined) continue
      // The stored entitlement may have become a self-approval through a new owner: then that line is to blame.
      complain(entry.place === null ? own : entry, {
        de: `„${shown(approvedBy)}“ steht selbst für das Konto „${shown(account)}“ ein und kann es nicht freigeben`,
        en: `“${shown(approvedBy)}” answers for the account “${shown(account)}” and cannot approve it`,
      })
    }
  },
]

/** Who may hold an account on a system: the entry for the system, else the one for all; for all systems everyone. */
function holdersOf(entries: readonly Entry<'account_owner'>[], system: string): readonly Entry<'account_owner'>[] {
  if (system === '*') return entries
  const specific = entries.filter((e) => e.row.targetSystem === system)
  return specific.length > 0 ? specific : entries.filter((e) => e.row.targetSystem === '*')
}

const answersFor = (draft: Draft, row: RegisterRow<'account_owner'>): string | undefined =>
  row.ownerKind === 'person' ? row.owner : draft.services.get(row.owner)?.row.owner
