import { defineCheck } from '../../../kernel/check/check.ts'

export const userKeysHaveAPassphrase = defineCheck({
  id: 'keys.user-keys-have-a-passphrase',
  appliesTo: 'host',
  severity: 'medium',
  title: {
    de: 'Private SSH-Schlüssel von Personen sind mit einer Passphrase geschützt',
    en: 'Private SSH keys of people are protected by a passphrase',
  },
  population: { de: 'SSH-Schlüssel von Benutzern', en: 'SSH keys of users' },
  remedy: {
    de: 'Eine Passphrase setzen (ssh-keygen -p -f {resource}) oder den Schlüssel vom Host löschen und den Agenten des eigenen Rechners benutzen.',
    en: 'Set a passphrase (ssh-keygen -p -f {resource}) or remove the key from the host and use the agent of one’s own computer.',
  },
  reasons: {
    protected: { de: 'mit Passphrase', en: 'with a passphrase' },
    open: {
      de: 'ohne Passphrase: wer die Datei hat, hat den Schlüssel',
      en: 'without a passphrase: who has the file has the key',
    },
    service: {
      de: 'ohne Passphrase, Schlüssel des Dienstkontos {owner}',
      en: 'without a passphrase, the key of the service account {owner}',
    },
    unknown: {
      de: 'ob eine Passphrase gesetzt ist, ist nicht bekannt',
      en: 'whether a passphrase is set is not known',
    },
  },
  reads: ['key_file'],
  fleet: ['account_owner', 'service_account'],
  dimensions: ['owner', 'key_type'],
  freshness: 'PT24H',
  // A service starts without anybody to type a passphrase, so its key is told, not held against it: what protects it is
  // the mode of the file and what the key opens.
  sql: `
    with service as (
      select o.target_system, o.account
      from fleet_account_owner o
      join fleet_service_account v on o.owner_kind = 'service' and v.service = o.owner
      group by o.target_system, o.account
    ),
    file as (
      select system, path, min(owner) as owner, min(key_type) as key_type,
        case when count(*) = count(encrypted) then bool_and(encrypted) when bool_or(not encrypted) then false end as encrypted
      from key_file where purpose = 'ssh-user' group by system, path
    ),
    judged as (
      select f.*,
        case
          when f.encrypted then 'protected'
          when f.encrypted is null then 'unknown'
          when coalesce(o.account, e.account) is not null then 'service'
          else 'open'
        end as reason
      from file f
      join systems s on s.system = f.system
      left join service o on o.target_system = s.name and o.account = f.owner
      left join service e on e.target_system = '*' and e.account = f.owner
    )
    select system, path as resource,
      case reason when 'protected' then 'ok' when 'service' then 'info' when 'unknown' then 'error' else 'alarm' end as status,
      reason, owner, key_type
    from judged
  `,
  examples: [
    {
      name: {
        de: 'mit Passphrase; Hostschlüssel zählen nicht',
        en: 'with a passphrase; host keys do not count',
      },
      facts: {
        key_file: [{}, { path: '/home/ada/.ssh/id_ed25519', owner: 'ada', purpose: 'ssh-user', encrypted: true }],
      },
      expect: [{ resource: '/home/ada/.ssh/id_ed25519', status: 'ok', reason: 'protected' }],
    },
    {
      name: {
        de: 'ohne Passphrase, auch bei root; ein Dienstkonto wird genannt',
        en: 'without a passphrase, root’s too; a service account is mentioned',
      },
      facts: {
        key_file: ['ada', 'root', 'backup'].map((owner) => ({
          path: `/keys/${owner}`,
          owner,
          purpose: 'ssh-user' as const,
        })),
        service_account: [{}],
        account_owner: [{}, { account: 'backup', ownerKind: 'service', owner: 'backup' }],
      },
      expect: [
        { resource: '/keys/ada', status: 'alarm', reason: 'open' },
        { resource: '/keys/root', status: 'alarm', reason: 'open' },
        { resource: '/keys/backup', status: 'info', reason: 'service' },
      ],
    },
    {
      name: {
        de: 'ein Format, das sich nicht lesen lässt; ein Dienst, den das Register nicht kennt',
        en: 'a format that cannot be read; a service that the register does not know',
      },
      facts: {
        key_file: [
          { path: '/keys/odd', purpose: 'ssh-user', encrypted: null, keyType: null },
          { path: '/keys/robot', owner: 'robot', purpose: 'ssh-user' },
        ],
        account_owner: [{ account: 'robot', ownerKind: 'service', owner: 'robot' }],
      },
      expect: [
        { resource: '/keys/odd', status: 'error', reason: 'unknown' },
        { resource: '/keys/robot', status: 'alarm', reason: 'open' },
      ],
    },
  ],
})
