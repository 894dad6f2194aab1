import { defineCheck } from '../../../kernel/check/check.ts'

export const dbReleaseIsSupported = defineCheck({
  id: 'hardening.db-release-is-supported',
  appliesTo: 'postgres',
  severity: 'high',
  title: {
    de: 'Für die Datenbank gibt es noch Sicherheitsaktualisierungen',
    en: 'There are still security updates for the database',
  },
  population: { de: 'Cluster', en: 'clusters' },
  remedy: {
    de: 'Auf eine unterstützte Hauptversion wechseln (pg_upgrade oder Replikation), bevor die letzte Aktualisierung erscheint.',
    en: 'Move to a supported major release (pg_upgrade or replication) before the last update appears.',
  },
  reasons: {
    supported: { de: 'Version {version}, unterstützt bis {until}', en: 'release {version}, supported until {until}' },
    ends_soon: {
      de: 'Version {version}, Unterstützung endet am {until}',
      en: 'release {version}, support ends on {until}',
    },
    ended: {
      de: 'Version {version}, ohne weitere Aktualisierungen ({until})',
      en: 'release {version}, no further updates ({until})',
    },
    unknown_release: {
      de: 'Version {version} ist neuer als diese Prüfung',
      en: 'release {version} is newer than this check',
    },
    unknown: { de: 'Version „{version}“ ist nicht zu deuten', en: 'release “{version}” cannot be made out' },
  },
  reads: ['pg_cluster'],
  dimensions: ['version', 'until'],
  freshness: 'P7D',
  // Last dates of support: PostgreSQL versioning policy, https://www.postgresql.org/support/versioning/
  sql: `
    with release (major, until) as (
      values (13, date '2025-11-13'), (14, date '2026-11-12'), (15, date '2027-11-11'), (16, date '2028-11-09'),
        (17, date '2029-11-08'), (18, date '2030-11-14')
    ),
    judged as (
      select c.system, c.version, r.until,
        case
          when c.major < 6 then 'unknown'
          when c.major > 18 then 'unknown_release'
          when r.until is null or r.until < (:now)::date then 'ended'
          when r.until < (:now)::date + 365 then 'ends_soon'
          else 'supported'
        end as reason
      from pg_cluster c left join release r on r.major = c.major
    )
    select system, 'PostgreSQL' as resource,
      case reason when 'supported' then 'ok' when 'ended' then 'alarm' when 'unknown' then 'error' else 'info' end as status,
      reason, version, coalesce(until::text, '-') as until
    from judged
  `,
  examples: [
    {
      name: { de: 'noch Jahre', en: 'years to go' },
      facts: { pg_cluster: [{ version: '18.4', major: 18 }] },
      expect: [{ resource: 'PostgreSQL', status: 'ok', reason: 'supported' }],
    },
    {
      name: { de: 'noch ein Jahr, um umzuziehen', en: 'a year left to move' },
      facts: { pg_cluster: [{ version: '15.14', major: 15 }] },
      expect: [{ resource: 'PostgreSQL', status: 'info', reason: 'ends_soon' }],
    },
    {
      name: { de: 'die letzte Aktualisierung ist erschienen', en: 'the last update has appeared' },
      facts: { pg_cluster: [{ version: '13.22', major: 13 }] },
      expect: [{ resource: 'PostgreSQL', status: 'alarm', reason: 'ended' }],
    },
    {
      name: { de: 'eine Version vor der Tafel', en: 'a release before the table begins' },
      facts: { pg_cluster: [{ version: '9.6.24', major: 9 }] },
      expect: [{ resource: 'PostgreSQL', status: 'alarm', reason: 'ended' }],
    },
    {
      name: { de: 'eine Version nach der Tafel', en: 'a release after the table ends' },
      facts: { pg_cluster: [{ version: '19beta1', major: 19 }] },
      expect: [{ resource: 'PostgreSQL', status: 'info', reason: 'unknown_release' }],
    },
    {
      name: { de: 'nicht zu deuten', en: 'not to be made out' },
      facts: { pg_cluster: [{ version: 'devel', major: 0 }] },
      expect: [{ resource: 'PostgreSQL', status: 'error', reason: 'unknown' }],
    },
  ],
})
