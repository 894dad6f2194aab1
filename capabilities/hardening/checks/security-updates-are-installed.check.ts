import { defineCheck } from '../../../kernel/check/check.ts'

export const securityUpdatesAreInstalled = defineCheck({
  id: 'hardening.security-updates-are-installed',
  appliesTo: 'host',
  severity: 'critical',
  title: {
    de: 'Sicherheitsaktualisierungen sind binnen sieben Tagen installiert',
    en: 'Security updates are installed within seven days',
  },
  population: {
    de: 'Paketlisten und ausstehende Sicherheitsaktualisierungen',
    en: 'package lists and pending security updates',
  },
  remedy: {
    de: 'apt-get update && apt-get upgrade ausführen; damit es von selbst geschieht: apt-get install unattended-upgrades. Fehlt das Sicherheitsarchiv, gehört es nach /etc/apt/sources.list.d/ (Debian: Suites: <release>-security).',
    en: 'Run apt-get update && apt-get upgrade; for it to happen by itself: apt-get install unattended-upgrades. Where the security archive is missing, it belongs into /etc/apt/sources.list.d/ (Debian: Suites: <release>-security).',
  },
  reasons: {
    overdue: {
      de: 'steht seit mehr als sieben Tagen aus (installiert ist {installed_version})',
      en: 'pending for more than seven days ({installed_version} is installed)',
    },
    within_limit: {
      de: 'steht aus, die Frist von sieben Tagen läuft noch (installiert ist {installed_version})',
      en: 'pending, the limit of seven days has not passed ({installed_version} is installed)',
    },
    lists_current: { de: 'die Paketlisten sind aktuell', en: 'the package lists are current' },
    lists_old: {
      de: 'die Paketlisten sind über sieben Tage alt; neuere Aktualisierungen sind unbekannt',
      en: 'the package lists are more than seven days old; newer updates are unknown',
    },
    no_security_archive: {
      de: 'das Sicherheitsarchiv ist nicht eingebunden; seine Aktualisierungen sind unbekannt',
      en: 'the security archive is not configured; its updates are unknown',
    },
    unknown: {
      de: 'wie alt die Paketlisten sind, ist nicht lesbar',
      en: 'how old the package lists are could not be read',
    },
    no_apt: { de: 'der Host hat kein apt', en: 'the host has no apt' },
  },
  reads: ['pending_update', 'apt_state'],
  dimensions: ['installed_version'],
  freshness: 'PT24H',
  // Nothing pending is good news only where somebody looked: hence the row about the lists on every host.
  sql: `
    with pending as (
      -- One package can be there for several architectures.
      select system, package, min(since) as since, min(installed_version) as installed_version
      from pending_update
      where security
      group by system, package
    ),
    lists as (
      select s.system, count(a.system) as known, bool_or(a.security_archive) as security_archive,
        -- Null where either is unknown: "least" alone would pass over it.
        case when count(a.lists_at) > 0 then least(max(a.lists_at), max(a.refreshed_at)) end as seen_at
      from systems s
      left join apt_state a on a.system = s.system
      group by s.system
    )
    select
      system,
      package as resource,
      case when since < :now - interval '7 days' then 'alarm' else 'ok' end as status,
      case when since < :now - interval '7 days' then 'overdue' else 'within_limit' end as reason,
      installed_version
    from pending
    union all
    select
      system,
      'package lists',
      case
        when known = 0 then 'skip'
        when not security_archive then 'alarm'
        when seen_at is null then 'error'
        when seen_at < :now - interval '7 days' then 'alarm'
        else 'ok'
      end,
      case
        when known = 0 then 'no_apt'
        when not security_archive then 'no_security_archive'
        when seen_at is null then 'unknown'
        when seen_at < :now - interval '7 days' then 'lists_old'
        else 'lists_current'
      end,
      null
    from lists
  `,
  examples: [
    {
      name: { de: 'Nichts steht aus, und es wurde nachgesehen', en: 'Nothing is pending, and somebody looked' },
      facts: { apt_state: [{}] },
      expect: [{ resource: 'package lists', status: 'ok', reason: 'lists_current' }],
    },
    {
      name: { de: 'Nichts steht aus, weil niemand nachgesehen hat', en: 'Nothing is pending because nobody looked' },
      facts: { apt_state: [{ refreshedAt: '2026-03-01T00:00:00Z', listsAt: '2026-03-01T00:00:00Z' }] },
      expect: [{ resource: 'package lists', status: 'alarm', reason: 'lists_old' }],
    },
    {
      name: {
        de: 'Täglich abgerufen, aber von einem Spiegel, der stehen blieb',
        en: 'Fetched daily, but from a mirror that stands still',
      },
      facts: { apt_state: [{ listsAt: '2026-03-01T00:00:00Z' }] },
      expect: [{ resource: 'package lists', status: 'alarm', reason: 'lists_old' }],
    },
    {
      name: {
        de: 'Eine Aktualisierung von gestern; andere Pakete zählen nicht',
        en: 'An update of yesterday; other packages do not count',
      },
      facts: { apt_state: [{}], pending_update: [{}, { package: 'vim', security: false }] },
      expect: [
        { resource: 'openssl', status: 'ok', reason: 'within_limit' },
        { resource: 'package lists', status: 'ok', reason: 'lists_current' },
      ],
    },
    {
      name: { de: 'Dieselbe Aktualisierung, seit zehn Tagen', en: 'The same update, for ten days' },
      since: '2026-10-22T12:00:00Z',
      facts: { apt_state: [{}], pending_update: [{}] },
      expect: [
        { resource: 'openssl', status: 'alarm', reason: 'overdue' },
        { resource: 'package lists', status: 'ok', reason: 'lists_current' },
      ],
    },
    {
      name: {
        de: 'Ohne Sicherheitsarchiv steht nie etwas aus',
        en: 'Without the security archive nothing is ever pending',
      },
      facts: { apt_state: [{ securityArchive: false }] },
      expect: [{ resource: 'package lists', status: 'alarm', reason: 'no_security_archive' }],
    },
    {
      name: { de: 'Das Alter der Listen ist unbekannt', en: 'The age of the lists is unknown' },
      facts: { apt_state: [{ listsAt: null, refreshedAt: null }] },
      expect: [{ resource: 'package lists', status: 'error', reason: 'unknown' }],
    },
    {
      name: { de: 'Ein Host ohne apt', en: 'A host without apt' },
      facts: {},
      expect: [{ resource: 'package lists', status: 'skip', reason: 'no_apt' }],
    },
  ],
})
