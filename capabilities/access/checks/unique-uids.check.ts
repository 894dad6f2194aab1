import { defineCheck } from '../../../kernel/check/check.ts'

export const uniqueUids = defineCheck({
  id: 'access.unique-uids',
  appliesTo: 'host',
  severity: 'high',
  title: {
    de: 'Jedes Konto hat einen eigenen Namen und eine eigene Benutzernummer',
    en: 'Every account has a name and a user number of its own',
  },
  population: { de: 'Konten', en: 'accounts' },
  remedy: {
    de: 'Einem der Konten eine freie Nummer geben: usermod -u NUMMER {resource}, danach seine Dateien mit chown übertragen; doppelte Zeilen mit vipw entfernen.',
    en: 'Give one of the accounts a free number: usermod -u NUMBER {resource}, then move its files with chown; remove doubled lines with vipw.',
  },
  reasons: {
    unique: { de: 'Name und Nummer {uid} nur einmal vergeben', en: 'name and number {uid} are used once' },
    shared_uid: { de: 'teilt sich die Nummer {uid} mit {others}', en: 'shares the number {uid} with {others}' },
    name_twice: {
      de: 'steht mehrfach in passwd, mit den Nummern {uid}',
      en: 'is in passwd more than once, with the numbers {uid}',
    },
  },
  reads: ['host_user'],
  dimensions: ['uid', 'others'],
  freshness: 'PT6H',
  // The kernel knows numbers alone: two names with one number are one account with two passwords.
  sql: `
    with per_uid as (
      select system, uid, array_agg(distinct account order by account) as accounts from host_user group by system, uid
    )
    select u.system, u.account as resource,
      case when count(*) > 1 or max(cardinality(n.accounts)) > 1 then 'alarm' else 'ok' end as status,
      case
        when count(*) > 1 then 'name_twice'
        when max(cardinality(n.accounts)) > 1 then 'shared_uid'
        else 'unique'
      end as reason,
      string_agg(distinct u.uid::text, ', ') as uid,
      nullif(string_agg(distinct array_to_string(array_remove(n.accounts, u.account), ', '), ', '), '') as others
    from host_user u
    join per_uid n on n.system = u.system and n.uid = u.uid
    group by u.system, u.account
  `,
  examples: [
    {
      name: { de: 'zwei Konten, zwei Nummern', en: 'two accounts, two numbers' },
      facts: { host_user: [{}, { account: 'bob', uid: 1001 }] },
      expect: [
        { resource: 'ada', status: 'ok', reason: 'unique' },
        { resource: 'bob', status: 'ok', reason: 'unique' },
      ],
    },
    {
      name: { de: 'zwei Namen für eine Nummer', en: 'two names for one number' },
      facts: { host_user: [{}, { account: 'bob' }, { account: 'eve', uid: 1002 }] },
      expect: [
        { resource: 'ada', status: 'alarm', reason: 'shared_uid' },
        { resource: 'bob', status: 'alarm', reason: 'shared_uid' },
        { resource: 'eve', status: 'ok', reason: 'unique' },
      ],
    },
    {
      name: { de: 'ein Name in zwei Zeilen', en: 'one name in two lines' },
      facts: { host_user: [{}, { uid: 0 }] },
      expect: [{ resource: 'ada', status: 'alarm', reason: 'name_twice' }],
    },
    {
      name: {
        de: 'dieselbe Nummer auf einem anderen Host zählt nicht',
        en: 'the same number on another host does not count',
      },
      facts: { host_user: [{}] },
      elsewhere: { host_user: [{ account: 'bob' }] },
      expect: [{ resource: 'ada', status: 'ok', reason: 'unique' }],
    },
  ],
})
