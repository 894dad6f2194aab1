import { defineCheck } from '../../../kernel/check/check.ts'

const KEY = 'SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDRWkN3F1R4Pqz1D0E'

export const sshKeysAreEnrolled = defineCheck({
  id: 'access.ssh-keys-are-enrolled',
  appliesTo: 'host',
  severity: 'high',
  title: {
    de: 'Jeder hinterlegte SSH-Schlüssel ist von der Person angemeldet, der das Konto gehört',
    en: 'Every authorised SSH key is enrolled by the person whose account it opens',
  },
  population: { de: 'hinterlegte Schlüssel', en: 'authorised keys' },
  remedy: {
    de: 'Den Schlüssel aus {place} löschen oder im Register auf die Person eintragen, der das Konto gehört.',
    en: 'Remove the key from {place} or enrol it in the register for the person whose account it is.',
  },
  reasons: {
    enrolled: { de: 'angemeldet von {owner}', en: 'enrolled by {owner}' },
    not_enrolled: { de: 'von niemandem angemeldet ({comment})', en: 'enrolled by nobody ({comment})' },
    other_owner: {
      de: 'angemeldet von {owner}, dem dieses Konto nicht gehört',
      en: 'enrolled by {owner}, whose account this is not',
    },
    expired: { de: 'Anmeldung von {owner} abgelaufen am {until}', en: 'the enrolment of {owner} expired on {until}' },
    owner_left: { de: 'angemeldet von {owner}, nicht mehr aktiv', en: 'enrolled by {owner}, who is no longer active' },
  },
  reads: ['ssh_authorized_key'],
  fleet: ['enrolled_key', 'account_owner', 'service_account', 'person'],
  dimensions: ['owner', 'until', 'comment', 'place'],
  freshness: 'PT6H',
  // A service account may be opened by its own key or by a key of the person who answers for the service.
  sql: `
    with person as (
      select person, bool_and(status = 'active' and coalesce(ends_on >= (:now)::date, true)) as active
      from fleet_person group by person
    ),
    service as (select service, min(owner) as owner from fleet_service_account group by service),
    held as (
      select system, account, fingerprint, min(comment) as comment,
        string_agg(distinct file || ':' || line, ', ') as place
      from ssh_authorized_key group by system, account, fingerprint
    ),
    specific as (
      select distinct h.system, h.account, o.owner_kind, o.owner
      from held h
      join systems s on s.system = h.system
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
    allowed as (
      select system, account, owner from claimed
      union
      select c.system, c.account, v.owner from claimed c join service v on c.owner_kind = 'service' and v.service = c.owner
    ),
    judged as (
      select distinct on (h.system, h.account, h.fingerprint) h.*, e.owner, e.until,
        case
          when e.owner is null then 'not_enrolled'
          when a.owner is null then 'other_owner'
          when e.until < (:now)::date then 'expired'
          when coalesce(p.active, q.active, false) then 'enrolled'
          else 'owner_left'
        end as reason
      from held h
      left join fleet_enrolled_key e on e.fingerprint = h.fingerprint
      left join allowed a on a.system = h.system and a.account = h.account and a.owner = e.owner
      left join person p on p.person = e.owner
      left join service v on v.service = e.owner
      left join person q on q.person = v.owner
      order by h.system, h.account, h.fingerprint,
        a.owner is null, coalesce(e.until < (:now)::date, false), not coalesce(p.active, q.active, false), e.until desc
    )
    select system, account || ' ' || fingerprint as resource,
      case when reason = 'enrolled' then 'ok' else 'alarm' end as status,
      reason, owner, until::text as until, comment, place
    from judged
  `,
  examples: [
    {
      name: {
        de: 'der eigene Schlüssel, und der der Verantwortlichen auf einem Dienstkonto',
        en: 'one’s own key, and that of the responsible person on a service account',
      },
      facts: {
        ssh_authorized_key: [{}, { account: 'deploy' }, { account: 'deploy', fingerprint: 'SHA256:robot' }],
        person: [{}],
        service_account: [{ service: 'deploy' }],
        account_owner: [{}, { account: 'deploy', ownerKind: 'service', owner: 'deploy' }],
        enrolled_key: [{}, { owner: 'deploy', fingerprint: 'SHA256:robot', until: '2026-11-23' }],
      },
      expect: [
        { resource: `ada ${KEY}`, status: 'ok', reason: 'enrolled' },
        { resource: `deploy ${KEY}`, status: 'ok', reason: 'enrolled' },
        { resource: 'deploy SHA256:robot', status: 'ok', reason: 'enrolled' },
      ],
    },
    {
      name: { de: 'was nicht als angemeldet zählt', en: 'what does not count as enrolled' },
      facts: {
        ssh_authorized_key: [
          { fingerprint: 'SHA256:nobody' },
          { fingerprint: 'SHA256:of-bob' },
          { fingerprint: 'SHA256:old' },
          { account: 'gone', fingerprint: 'SHA256:of-gone' },
          { account: 'unowned' },
        ],
        person: [{}, { person: 'p-2' }, { person: 'p-3', status: 'left' }],
        account_owner: [{}, { account: 'gone', owner: 'p-3' }],
        enrolled_key: [
          {},
          { owner: 'p-2', fingerprint: 'SHA256:of-bob' },
          { fingerprint: 'SHA256:old', until: '2026-11-22' },
          { owner: 'p-3', fingerprint: 'SHA256:of-gone' },
        ],
      },
      expect: [
        { resource: 'ada SHA256:nobody', status: 'alarm', reason: 'not_enrolled' },
        { resource: 'ada SHA256:of-bob', status: 'alarm', reason: 'other_owner' },
        { resource: 'ada SHA256:old', status: 'alarm', reason: 'expired' },
        { resource: 'gone SHA256:of-gone', status: 'alarm', reason: 'owner_left' },
        { resource: `unowned ${KEY}`, status: 'alarm', reason: 'other_owner' },
      ],
    },
    {
      name: {
        de: 'von mehreren Anmeldungen zählt die gültige; was für diesen Host eingetragen ist, geht vor',
        en: 'of several enrolments the valid one counts; what is entered for this very host goes first',
      },
      facts: {
        ssh_authorized_key: [{}, { line: 2 }, { account: 'ops' }],
        person: [{}, { person: 'p-2' }],
        account_owner: [
          {},
          { account: 'ada', targetSystem: 'another-host', owner: 'p-2' },
          { account: 'ops', owner: 'p-1' },
          { account: 'ops', targetSystem: 'this', owner: 'p-2' },
        ],
        enrolled_key: [{ until: '2020-01-01' }, { until: '2099-01-01' }, { owner: 'p-2', until: '2020-01-01' }],
      },
      expect: [
        { resource: `ada ${KEY}`, status: 'ok', reason: 'enrolled' },
        { resource: `ops ${KEY}`, status: 'alarm', reason: 'expired' },
      ],
    },
  ],
})
