import type { Text } from '../../kernel/i18n/text.ts'
import type { RegisterKind } from './contract.ts'

/** One column of a CSV file of the register. */
export interface Column {
  /** Field of the row. */
  readonly field: string
  /** Header as the template writes it; the field's name is understood, too. */
  readonly header: Text
  /** What belongs in a cell, for the message when something else is there. */
  readonly expected: Text
  /** May be left out or left empty. */
  readonly optional?: boolean
  /** Words for fixed values, besides the values themselves. */
  readonly words?: { readonly [value: string]: Text }
  /** A day: ISO or as written in German. */
  readonly day?: boolean
}

const TEXT: Text = { de: 'ein Text', en: 'a text' }
const DAY: Text = {
  de: 'ein Tag wie 2027-01-31 oder 31.01.2027',
  en: 'a day like 2027-01-31 or 31.01.2027',
}
const SYSTEM: Text = {
  de: 'der Name eines Systems oder *',
  en: 'the name of a system, or *',
}

const until: Column = {
  field: 'until',
  header: { de: 'Bis', en: 'Until' },
  expected: DAY,
  optional: true,
  day: true,
}
const account: Column = {
  field: 'account',
  header: { de: 'Konto', en: 'Account' },
  expected: TEXT,
}
const targetSystem: Column = {
  field: 'targetSystem',
  header: { de: 'System', en: 'System' },
  expected: SYSTEM,
}

/** The columns of each kind, in the order of the template. */
export const COLUMNS: { readonly [K in RegisterKind]: readonly Column[] } = {
  person: [
    { field: 'person', header: { de: 'Kennung', en: 'Id' }, expected: TEXT },
    { field: 'displayName', header: { de: 'Name', en: 'Name' }, expected: TEXT },
    {
      field: 'email',
      header: { de: 'E-Mail', en: 'Email' },
      expected: { de: 'eine E-Mail-Adresse', en: 'an email address' },
      optional: true,
    },
    {
      field: 'status',
      header: { de: 'Status', en: 'Status' },
      expected: { de: '„aktiv“ oder „ausgeschieden“', en: '“active” or “left”' },
      words: { active: { de: 'aktiv', en: 'active' }, left: { de: 'ausgeschieden', en: 'left' } },
    },
    { field: 'startsOn', header: { de: 'Eintritt', en: 'Starts on' }, expected: DAY, optional: true, day: true },
    { field: 'endsOn', header: { de: 'Austritt', en: 'Ends on' }, expected: DAY, optional: true, day: true },
  ],
  service_account: [
    { field: 'service', header: { de: 'Dienst', en: 'Service' }, expected: TEXT },
    { field: 'purpose', header: { de: 'Zweck', en: 'Purpose' }, expected: TEXT },
    {
      field: 'owner',
      header: { de: 'Verantwortlich', en: 'Owner' },
      expected: { de: 'die Kennung einer Person', en: 'the id of a person' },
    },
  ],
  account_owner: [
    targetSystem,
    account,
    {
      field: 'ownerKind',
      header: { de: 'Art', en: 'Owner kind' },
      expected: { de: '„Person“ oder „Dienst“', en: '“person” or “service”' },
      words: { person: { de: 'Person', en: 'person' }, service: { de: 'Dienst', en: 'service' } },
    },
    {
      field: 'owner',
      header: { de: 'Inhaber', en: 'Owner' },
      expected: { de: 'die Kennung einer Person oder ein Dienst', en: 'the id of a person, or a service' },
    },
  ],
  entitlement: [
    targetSystem,
    account,
    {
      field: 'privilege',
      header: { de: 'Recht', en: 'Privilege' },
      expected: {
        de: '„Betriebssystem“, „Firewall“, „Datenbank“, „Schlüssel“ oder „Netz“',
        en: '“os”, “firewall”, “database”, “keys” or “network”',
      },
      words: {
        os: { de: 'Betriebssystem', en: 'os' },
        firewall: { de: 'Firewall', en: 'firewall' },
        database: { de: 'Datenbank', en: 'database' },
        keys: { de: 'Schlüssel', en: 'keys' },
        network: { de: 'Netz', en: 'network' },
      },
    },
    { field: 'need', header: { de: 'Grund', en: 'Need' }, expected: TEXT },
    {
      field: 'approvedBy',
      header: { de: 'Freigegeben von', en: 'Approved by' },
      expected: { de: 'die Kennung einer Person', en: 'the id of a person' },
    },
    until,
  ],
  enrolled_key: [
    {
      field: 'owner',
      header: { de: 'Inhaber', en: 'Owner' },
      expected: { de: 'die Kennung einer Person oder ein Dienst', en: 'the id of a person, or a service' },
    },
    {
      field: 'fingerprint',
      header: { de: 'Fingerabdruck', en: 'Fingerprint' },
      expected: {
        de: 'ein Fingerabdruck wie von ssh-keygen -l: SHA256: und 43 Zeichen',
        en: 'a fingerprint as ssh-keygen -l prints it: SHA256: and 43 characters',
      },
    },
    until,
  ],
}

/** Headers and words are compared without case, blanks, hyphens and underscores. */
export const plainWord = (word: string): string =>
  word
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s_-]+/g, '')
