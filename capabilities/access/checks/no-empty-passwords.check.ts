import { defineCheck } from '../../../kernel/check/check.ts'

export const noEmptyPasswords = defineCheck({
  id: 'access.no-empty-passwords',
  appliesTo: 'host',
  severity: 'critical',
  title: { de: 'Kein Konto hat ein leeres Kennwort', en: 'No account has an empty password' },
  population: { de: 'Konten', en: 'accounts' },
  remedy: {
    de: 'Kennwort sperren (passwd -l {resource}) oder eines setzen (passwd {resource}).',
    en: 'Lock the password (passwd -l {resource}) or set one (passwd {resource}).',
  },
  reasons: {
    empty: {
      de: 'leeres Kennwort: wer den Namen kennt, kommt hinein',
      en: 'empty password: who knows the name gets in',
    },
    not_empty: { de: 'Kennwort gesetzt oder gesperrt', en: 'the password is set or locked' },
    unknown: { de: 'Zustand des Kennworts nicht bekannt', en: 'the state of the password is not known' },
  },
  reads: ['host_user', 'host_password'],
  dimensions: ['password'],
  freshness: 'PT6H',
  sql: `
    with account as (select distinct system, account from host_user),
    password as (
      select system, account, bool_or(state = 'none') as empty, string_agg(distinct state, ', ') as state
      from host_password group by system, account
    )
    select a.system, a.account as resource,
      case when w.empty is null then 'error' when w.empty then 'alarm' else 'ok' end as status,
      case when w.empty is null then 'unknown' when w.empty then 'empty' else 'not_empty' end as reason,
      w.state as password
    from account a
    left join password w on w.system = a.system and w.account = a.account
  `,
  examples: [
    {
      name: { de: 'gesetzt, gesperrt, abgeschaltet', en: 'set, locked, disabled' },
      facts: {
        host_user: [{}, { account: 'bob', uid: 1001 }, { account: 'daemon', uid: 1 }],
        host_password: [
          {},
          { account: 'bob', state: 'locked' },
          { account: 'daemon', state: 'disabled', scheme: null },
        ],
      },
      expect: [
        { resource: 'ada', status: 'ok', reason: 'not_empty' },
        { resource: 'bob', status: 'ok', reason: 'not_empty' },
        { resource: 'daemon', status: 'ok', reason: 'not_empty' },
      ],
    },
    {
      name: {
        de: 'leer, auch bei einem Konto ohne Anmelde-Shell',
        en: 'empty, also for an account without a login shell',
      },
      facts: {
        host_user: [{}, { account: 'games', uid: 5, loginShell: false, systemAccount: true }],
        host_password: [
          { state: 'none', scheme: null },
          { account: 'games', state: 'none', scheme: null },
        ],
      },
      expect: [
        { resource: 'ada', status: 'alarm', reason: 'empty' },
        { resource: 'games', status: 'alarm', reason: 'empty' },
      ],
    },
    {
      name: {
        de: 'ein Konto ohne Eintrag ist nicht gut, sondern unbekannt',
        en: 'an account without an entry is unknown, not fine',
      },
      facts: { host_user: [{}], host_password: [{ account: 'bob' }] },
      expect: [{ resource: 'ada', status: 'error', reason: 'unknown' }],
    },
  ],
})
