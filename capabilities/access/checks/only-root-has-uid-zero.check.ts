import { defineCheck } from '../../../kernel/check/check.ts'

export const onlyRootHasUidZero = defineCheck({
  id: 'access.only-root-has-uid-zero',
  appliesTo: 'host',
  severity: 'critical',
  title: { de: 'Nur root hat die Benutzernummer 0', en: 'Only root has the user number 0' },
  population: { de: 'Konten', en: 'accounts' },
  remedy: {
    de: 'Das Konto entfernen (userdel {resource}) oder ihm eine eigene Nummer geben (vipw) und Rechte über sudo erteilen.',
    en: 'Remove the account (userdel {resource}) or give it a number of its own (vipw) and grant rights through sudo.',
  },
  reasons: {
    root: { de: 'root', en: 'root' },
    ordinary: { de: 'Nummer {uid}', en: 'number {uid}' },
    second_root: { de: 'ist ein zweites root unter anderem Namen', en: 'is a second root under another name' },
    root_is_another: {
      de: 'heißt root, hat aber die Nummer {uid}',
      en: 'is called root but has the number {uid}',
    },
  },
  reads: ['host_user'],
  dimensions: ['uid', 'shell'],
  freshness: 'PT6H',
  sql: `
    with account as (
      select system, account, bool_or(uid = 0) as zero, bool_and(uid = 0) as only_zero,
        string_agg(distinct uid::text, ', ') as uid, string_agg(distinct shell, ', ') as shell
      from host_user group by system, account
    )
    select system, account as resource,
      case when (account = 'root') = zero and zero = only_zero then 'ok' else 'alarm' end as status,
      case
        when account = 'root' then case when only_zero then 'root' else 'root_is_another' end
        when zero then 'second_root'
        else 'ordinary'
      end as reason,
      uid, shell
    from account
  `,
  examples: [
    {
      name: { de: 'root und ein gewöhnliches Konto', en: 'root and an ordinary account' },
      facts: { host_user: [{ account: 'root', uid: 0 }, {}] },
      expect: [
        { resource: 'root', status: 'ok', reason: 'root' },
        { resource: 'ada', status: 'ok', reason: 'ordinary' },
      ],
    },
    {
      name: { de: 'ein zweites root', en: 'a second root' },
      facts: {
        host_user: [
          { account: 'root', uid: 0 },
          { account: 'toor', uid: 0, shell: '/usr/sbin/nologin', loginShell: false },
        ],
      },
      expect: [
        { resource: 'root', status: 'ok', reason: 'root' },
        { resource: 'toor', status: 'alarm', reason: 'second_root' },
      ],
    },
    {
      name: { de: 'doppelte Zeilen, eine davon mit 0', en: 'doubled lines, one of them with 0' },
      facts: {
        host_user: [{ account: 'root', uid: 0 }, { account: 'root', uid: 1000 }, {}, { account: 'ada', uid: 0 }],
      },
      expect: [
        { resource: 'root', status: 'alarm', reason: 'root_is_another' },
        { resource: 'ada', status: 'alarm', reason: 'second_root' },
      ],
    },
  ],
})
