import { defineCheck } from '../../../kernel/check/check.ts'

export const releaseIsSupported = defineCheck({
  id: 'hardening.release-is-supported',
  appliesTo: 'host',
  severity: 'critical',
  title: {
    de: 'Das Betriebssystem bekommt noch Sicherheitsaktualisierungen',
    en: 'The operating system still receives security updates',
  },
  population: { de: 'Hosts', en: 'hosts' },
  remedy: {
    de: 'Auf eine unterstützte Ausgabe heben (Debian: apt-get full-upgrade nach Wechsel der Quellen; Ubuntu: do-release-upgrade) oder den Host ersetzen.',
    en: 'Move to a supported release (Debian: apt-get full-upgrade after changing the sources; Ubuntu: do-release-upgrade) or replace the host.',
  },
  reasons: {
    supported: { de: '{release} wird bis {ends_on} gepflegt', en: '{release} is maintained until {ends_on}' },
    ended: {
      de: 'die Pflege von {release} endete am {ends_on}',
      en: 'the maintenance of {release} ended on {ends_on}',
    },
    unknown: {
      de: 'wie lange {release} gepflegt wird, ist nicht bekannt',
      en: 'how long {release} is maintained is not known',
    },
  },
  reads: ['host_os'],
  dimensions: ['release', 'ends_on'],
  freshness: 'PT24H',
  // Ends of free security support: Debian with its long-term support (LTS), Ubuntu with standard support. Paid extensions
  // (ELTS, Ubuntu Pro) are an exception that somebody has to answer for. Source: package distro-info-data, debian.csv
  // (eol-lts) and ubuntu.csv (eol). "forky" and "sid" have no date: security support begins with the release.
  sql: `
    with maintained (distribution, version, ends_on) as (
      values
        ('debian', '9', date '2022-06-30'),
        ('debian', '10', date '2024-06-30'),
        ('debian', '11', date '2026-08-31'),
        ('debian', '12', date '2028-06-30'),
        ('debian', '13', date '2030-06-30'),
        ('ubuntu', '16.04', date '2021-04-30'),
        ('ubuntu', '18.04', date '2023-05-31'),
        ('ubuntu', '20.04', date '2025-05-29'),
        ('ubuntu', '22.04', date '2027-06-01'),
        ('ubuntu', '23.10', date '2024-07-11'),
        ('ubuntu', '24.04', date '2029-05-31'),
        ('ubuntu', '24.10', date '2025-07-10'),
        ('ubuntu', '25.04', date '2026-01-15'),
        ('ubuntu', '25.10', date '2026-07-09'),
        ('ubuntu', '26.04', date '2031-05-29')
    )
    select
      o.system,
      'release' as resource,
      case
        when m.ends_on is null then 'error'
        when :now >= m.ends_on + 1 then 'alarm'
        else 'ok'
      end as status,
      case
        when m.ends_on is null then 'unknown'
        when :now >= m.ends_on + 1 then 'ended'
        else 'supported'
      end as reason,
      o.pretty_name as release,
      m.ends_on::text as ends_on
    from host_os o
    -- Debian writes "12", derived images at times "12.5"; Ubuntu's year and month belong together.
    left join maintained m on m.distribution = o.distribution
      and m.version = case when o.distribution = 'debian' then split_part(o.version, '.', 1) else o.version end
  `,
  examples: [
    {
      name: { de: 'Debian 12', en: 'Debian 12' },
      facts: { host_os: [{}] },
      expect: [{ resource: 'release', status: 'ok', reason: 'supported' }],
    },
    {
      name: { de: 'Debian 10 bekommt nichts mehr', en: 'Debian 10 receives nothing any more' },
      facts: { host_os: [{ version: '10', codename: 'buster', prettyName: 'Debian GNU/Linux 10 (buster)' }] },
      expect: [{ resource: 'release', status: 'alarm', reason: 'ended' }],
    },
    {
      name: { de: 'Ubuntu 24.04 mit Langzeitpflege', en: 'Ubuntu 24.04 with long-term support' },
      facts: {
        host_os: [{ distribution: 'ubuntu', version: '24.04', codename: 'noble', prettyName: 'Ubuntu 24.04.3 LTS' }],
      },
      expect: [{ resource: 'release', status: 'ok', reason: 'supported' }],
    },
    {
      name: {
        de: 'Eine Ausgabe vom Frühjahr wird nur neun Monate gepflegt',
        en: 'A release of spring is maintained for nine months only',
      },
      facts: {
        host_os: [{ distribution: 'ubuntu', version: '25.04', codename: 'plucky', prettyName: 'Ubuntu 25.04' }],
      },
      expect: [{ resource: 'release', status: 'alarm', reason: 'ended' }],
    },
    {
      name: { de: 'Eine Ausgabe, die niemand kennt, ist nicht gut', en: 'A release that nobody knows is not fine' },
      facts: { host_os: [{ version: '', codename: 'forky', prettyName: 'Debian GNU/Linux forky/sid' }] },
      expect: [{ resource: 'release', status: 'error', reason: 'unknown' }],
    },
  ],
})
