import { defineCheck } from '../../../kernel/check/check.ts'

export const rootHasNoAuthorizedKeys = defineCheck({
  id: 'access.root-has-no-authorized-keys',
  appliesTo: 'host',
  severity: 'high',
  title: {
    de: 'Für root ist kein SSH-Schlüssel hinterlegt',
    en: 'No SSH key is kept for root',
  },
  population: { de: 'Konten mit der Nummer 0', en: 'accounts with the number 0' },
  remedy: {
    de: 'Die Zeilen in {places} löschen und mit dem eigenen Konto über sudo arbeiten.',
    en: 'Remove the lines in {places} and work through sudo from one’s own account.',
  },
  reasons: {
    no_keys: { de: 'kein Schlüssel hinterlegt', en: 'no key is kept' },
    has_keys: {
      de: 'Schlüssel hinterlegt ({keys}): wer einen davon hat, ist root ohne eigenen Namen',
      en: 'keys are kept ({keys}): who has one of them is root without a name',
    },
  },
  reads: ['host_user', 'ssh_authorized_key'],
  dimensions: ['keys', 'places'],
  freshness: 'PT6H',
  // Whether sshd lets root in at present is another check: a key that waits is a door.
  sql: `
    with zero as (select distinct system, account from host_user where uid = 0),
    held as (
      select system, account, count(distinct fingerprint) as keys, string_agg(distinct file, ', ') as places
      from ssh_authorized_key group by system, account
    )
    select z.system, z.account as resource,
      case when h.keys is null then 'ok' else 'alarm' end as status,
      case when h.keys is null then 'no_keys' else 'has_keys' end as reason,
      coalesce(h.keys, 0) as keys, h.places
    from zero z
    left join held h on h.system = z.system and h.account = z.account
  `,
  examples: [
    {
      name: { de: 'ein Schlüssel für ada ist keiner für root', en: 'a key for ada is none for root' },
      facts: { host_user: [{ account: 'root', uid: 0 }, {}], ssh_authorized_key: [{}] },
      expect: [{ resource: 'root', status: 'ok', reason: 'no_keys' }],
    },
    {
      name: { de: 'ein Schlüssel für root, auch mit festem Befehl', en: 'a key for root, also with a fixed command' },
      facts: {
        host_user: [{ account: 'root', uid: 0 }],
        ssh_authorized_key: [{ account: 'root', file: '/root/.ssh/authorized_keys', options: ['command'] }],
      },
      expect: [{ resource: 'root', status: 'alarm', reason: 'has_keys' }],
    },
    {
      name: { de: 'ein zweites root zählt mit', en: 'a second root counts too' },
      facts: {
        host_user: [
          { account: 'root', uid: 0 },
          { account: 'toor', uid: 0 },
        ],
        ssh_authorized_key: [{ account: 'toor', file: '/root/.ssh/authorized_keys2' }],
      },
      expect: [
        { resource: 'root', status: 'ok', reason: 'no_keys' },
        { resource: 'toor', status: 'alarm', reason: 'has_keys' },
      ],
    },
  ],
})
