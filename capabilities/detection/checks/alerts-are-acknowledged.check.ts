import { defineCheck } from '../../../kernel/check/check.ts'

export const alertsAreAcknowledged = defineCheck({
  id: 'detection.alerts-are-acknowledged',
  appliesTo: 'product',
  severity: 'high',
  title: {
    de: 'Kein hoher Alarm wartet länger als eine Stunde, kein anderer länger als einen Tag',
    en: 'No high alert waits for longer than an hour, no other for longer than a day',
  },
  population: { de: 'offene Alarme', en: 'open alerts' },
  remedy: {
    de: '`bergfried alerts list` zeigt ihn; ansehen, dann `bergfried alerts ack {resource}` oder in der Konsole unter „Alarme“.',
    en: '`bergfried alerts list` shows it; look at it, then `bergfried alerts ack {resource}` or in the console under “Alerts”.',
  },
  reasons: {
    fresh: { de: '{title}, seit {since_at}', en: '{title}, since {since_at}' },
    waiting: { de: '{title}, wartet seit {since_at}', en: '{title}, waiting since {since_at}' },
    none: { de: 'keiner ist offen', en: 'none is open' },
  },
  reads: ['open_alert', 'detection_source'],
  dimensions: ['title', 'level', 'since_at'],
  freshness: 'PT1H',
  sql: `
    with judged as (
      select system, alert as resource, title, level, first_at as since_at,
        case when first_at::timestamptz < :now - (case when level in ('high', 'critical') then interval '1 hour' else interval '1 day' end)
          then 'waiting' else 'fresh' end as why
      from open_alert
      union all
      select distinct system, 'alerts', null::text, null::text, null::timestamptz, 'none' from detection_source s
      where not exists (select from open_alert a where a.system = s.system)
    )
    select system, resource, case why when 'waiting' then 'alarm' when 'fresh' then 'info' else 'ok' end as status, why as reason,
      title, level, since_at::text as since_at
    from judged
  `,
  examples: [
    {
      name: { de: 'keiner offen', en: 'none open' },
      facts: { detection_source: [{}] },
      expect: [{ resource: 'alerts', status: 'ok', reason: 'none' }],
    },
    {
      name: { de: 'wartet zu lange', en: 'waits for too long' },
      facts: { detection_source: [{}], open_alert: [{ firstAt: '2020-01-01T00:00:00Z' }] },
      expect: [{ resource: '00000000-0000-4000-8000-000000000001', status: 'alarm', reason: 'waiting' }],
    },
    {
      name: { de: 'gerade erst', en: 'just now' },
      facts: { detection_source: [{}], open_alert: [{ firstAt: '2099-01-01T00:00:00Z' }] },
      expect: [{ resource: '00000000-0000-4000-8000-000000000001', status: 'info', reason: 'fresh' }],
    },
  ],
})
