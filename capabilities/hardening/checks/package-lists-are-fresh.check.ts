import { defineCheck } from '../../../kernel/check/check.ts'

export const packageListsAreFresh = defineCheck({
  id: 'hardening.package-lists-are-fresh',
  appliesTo: 'host',
  severity: 'medium',
  title: {
    de: 'Der Host hat in den letzten drei Tagen nach Aktualisierungen gefragt',
    en: 'The host has asked for updates within the last three days',
  },
  population: { de: 'Paketlisten', en: 'package lists' },
  remedy: {
    de: 'apt-get update ausführen und seine Fehler beheben; der tägliche Abruf ist die Einheit apt-daily.timer: systemctl enable --now apt-daily.timer.',
    en: 'Run apt-get update and mend its errors; the daily fetch is the unit apt-daily.timer: systemctl enable --now apt-daily.timer.',
  },
  reasons: {
    fresh: { de: 'in den letzten drei Tagen abgerufen', en: 'fetched within the last three days' },
    old: { de: 'seit über drei Tagen nicht abgerufen', en: 'not fetched for more than three days' },
    unknown: {
      de: 'wann zuletzt abgerufen wurde, ist nicht lesbar',
      en: 'when they were last fetched could not be read',
    },
    no_apt: { de: 'der Host hat kein apt', en: 'the host has no apt' },
  },
  reads: ['apt_state'],
  dimensions: [],
  freshness: 'PT24H',
  sql: `
    with lists as (
      select s.system, count(a.system) as known, max(a.refreshed_at) as refreshed_at
      from systems s
      left join apt_state a on a.system = s.system
      group by s.system
    )
    select
      system,
      'package lists' as resource,
      case
        when known = 0 then 'skip'
        when refreshed_at is null then 'error'
        when refreshed_at < :now - interval '3 days' then 'alarm'
        else 'ok'
      end as status,
      case
        when known = 0 then 'no_apt'
        when refreshed_at is null then 'unknown'
        when refreshed_at < :now - interval '3 days' then 'old'
        else 'fresh'
      end as reason
    from lists
  `,
  examples: [
    {
      name: { de: 'Heute abgerufen', en: 'Fetched today' },
      facts: { apt_state: [{}] },
      expect: [{ resource: 'package lists', status: 'ok', reason: 'fresh' }],
    },
    {
      name: { de: 'Der tägliche Abruf ist ausgeschaltet', en: 'The daily fetch is switched off' },
      facts: { apt_state: [{ refreshedAt: '2026-10-20T00:00:00Z' }] },
      expect: [{ resource: 'package lists', status: 'alarm', reason: 'old' }],
    },
    {
      name: { de: 'Der Zeitpunkt ist unbekannt', en: 'The instant is unknown' },
      facts: { apt_state: [{ refreshedAt: null }] },
      expect: [{ resource: 'package lists', status: 'error', reason: 'unknown' }],
    },
    {
      name: { de: 'Ein Host ohne apt', en: 'A host without apt' },
      facts: {},
      expect: [{ resource: 'package lists', status: 'skip', reason: 'no_apt' }],
    },
  ],
})
