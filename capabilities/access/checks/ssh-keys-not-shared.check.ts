import { defineCheck } from '../../../kernel/check/check.ts'

const KEY = 'SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDRWkN3F1R4Pqz1D0E'

export const sshKeysNotShared = defineCheck({
  id: 'access.ssh-keys-not-shared',
  appliesTo: 'host',
  severity: 'high',
  title: {
    de: 'Kein SSH-Schlüssel öffnet Konten verschiedener Personen, in der ganzen Flotte',
    en: 'No SSH key opens accounts of different people, anywhere in the fleet',
  },
  population: { de: 'hinterlegte Schlüssel', en: 'authorised keys' },
  remedy: {
    de: 'Jede Person erzeugt einen eigenen Schlüssel (ssh-keygen -t ed25519); den gemeinsamen bei {accounts} aus authorized_keys löschen.',
    en: 'Each person makes a key of their own (ssh-keygen -t ed25519); remove the shared one from authorized_keys of {accounts}.',
  },
  reasons: {
    one_holder: { de: 'öffnet nur Konten von {people}', en: 'opens accounts of {people} alone' },
    shared: { de: 'öffnet Konten von {people}', en: 'opens accounts of {people}' },
  },
  reads: ['ssh_authorized_key'],
  fleet: ['ssh_authorized_key', 'account_owner', 'service_account'],
  dimensions: ['people', 'accounts'],
  freshness: 'PT24H',
  // The holder is the person behind the account, for a service the one who answers for it. Of an account that nobody
  // owns only the name is known, so that name stands for its holder.
  sql: `
    with service as (select service, min(owner) as owner from fleet_service_account group by service),
    held as (
      select distinct k.system, k.account, k.fingerprint
      from fleet_ssh_authorized_key k
      where k.fingerprint in (select fingerprint from ssh_authorized_key)
    ),
    specific as (
      select distinct h.system, h.account, o.owner_kind, o.owner
      from held h
      join fleet_systems s on s.system = h.system
      join fleet_account_owner o on o.target_system = s.name and o.account = h.account
    ),
    claimed as (
      select system, account, owner_kind, owner from specific
      union
      select h.system, h.account, o.owner_kind, o.owner
      from held h
      join fleet_account_owner o on o.target_system = '*' and o.account = h.account
      left join specific x on x.system = h.system and x.account = h.account
      where x.system is null
    ),
    spread as (
      select h.fingerprint, count(distinct coalesce(v.owner, c.owner, h.account)) as holders,
        string_agg(distinct coalesce(v.owner, c.owner, h.account), ', ') as people,
        string_agg(distinct h.account, ', ') as accounts
      from held h
      left join claimed c on c.system = h.system and c.account = h.account
      left join service v on c.owner_kind = 'service' and v.service = c.owner
      group by h.fingerprint
    )
    select k.system, k.account || ' ' || k.fingerprint as resource,
      case when p.holders > 1 then 'alarm' else 'ok' end as status,
      case when p.holders > 1 then 'shared' else 'one_holder' end as reason,
      p.people, p.accounts
    from (select distinct system, account, fingerprint from ssh_authorized_key) k
    join spread p on p.fingerprint = k.fingerprint
  `,
  examples: [
    {
      name: {
        de: 'dieselbe Person auf mehreren Hosts und auf ihrem Dienstkonto',
        en: 'the same person on several hosts and on a service account of hers',
      },
      facts: {
        ssh_authorized_key: [{}, { account: 'deploy' }],
        account_owner: [
          {},
          { account: 'adm-ada', owner: 'p-1' },
          { account: 'deploy', ownerKind: 'service', owner: 'deploy' },
        ],
        service_account: [{ service: 'deploy' }],
      },
      elsewhere: { ssh_authorized_key: [{}, { account: 'adm-ada' }] },
      expect: [
        { resource: `ada ${KEY}`, status: 'ok', reason: 'one_holder' },
        { resource: `deploy ${KEY}`, status: 'ok', reason: 'one_holder' },
      ],
    },
    {
      name: { de: 'zwei Personen auf einem Host', en: 'two people on one host' },
      facts: {
        ssh_authorized_key: [{}, { account: 'bob' }, { account: 'bob', fingerprint: 'SHA256:of-bob' }],
        account_owner: [{}, { account: 'bob', owner: 'p-2' }],
      },
      expect: [
        { resource: `ada ${KEY}`, status: 'alarm', reason: 'shared' },
        { resource: `bob ${KEY}`, status: 'alarm', reason: 'shared' },
        { resource: 'bob SHA256:of-bob', status: 'ok', reason: 'one_holder' },
      ],
    },
    {
      name: {
        de: 'das gleichnamige Konto gehört auf dem anderen Host einer anderen Person',
        en: 'the account of the same name belongs to another person on the other host',
      },
      facts: {
        ssh_authorized_key: [{}],
        account_owner: [{}, { targetSystem: 'other', owner: 'p-2' }],
      },
      elsewhere: { ssh_authorized_key: [{}] },
      expect: [{ resource: `ada ${KEY}`, status: 'alarm', reason: 'shared' }],
    },
    {
      name: {
        de: 'Konten ohne Eigentümer: gleicher Name gilt als derselbe, ein anderer nicht',
        en: 'accounts without an owner: the same name counts as the same holder, another does not',
      },
      facts: { ssh_authorized_key: [{ account: 'root' }, { account: 'admin', fingerprint: 'SHA256:b' }] },
      elsewhere: { ssh_authorized_key: [{ account: 'root' }, { account: 'root', fingerprint: 'SHA256:b' }] },
      expect: [
        { resource: `root ${KEY}`, status: 'ok', reason: 'one_holder' },
        { resource: 'admin SHA256:b', status: 'alarm', reason: 'shared' },
      ],
    },
  ],
})
