import { defineCheck } from '../../../kernel/check/check.ts'

export const timeIsSynchronised = defineCheck({
  id: 'monitoring.time-is-synchronised',
  appliesTo: 'host',
  severity: 'medium',
  title: { de: 'Die Uhr wird abgeglichen', en: 'The clock is synchronised' },
  population: { de: 'Uhren', en: 'clocks' },
  remedy: {
    de: 'Einen Zeitdienst einrichten und prüfen: apt-get install chrony, dann chronyc tracking (Leap status muss Normal sein). Ohne gemeinsame Zeit passen Protokolle mehrerer Hosts nicht zusammen.',
    en: 'Set up a time service and look at it: apt-get install chrony, then chronyc tracking (Leap status must be Normal). Without a common time the logs of several hosts do not fit together.',
  },
  reasons: {
    synchronised: { de: '{daemon} hat die Uhr abgeglichen', en: '{daemon} has synchronised the clock' },
    no_daemon: { de: 'kein Zeitdienst läuft', en: 'no time service runs' },
    not_synchronised: {
      de: '{daemon} läuft, hat die Uhr aber nicht abgeglichen',
      en: '{daemon} runs but has not synchronised the clock',
    },
    unknown: {
      de: '{daemon} läuft, ob er die Uhr abgeglichen hat, ist nicht lesbar',
      en: '{daemon} runs, whether it has synchronised the clock could not be read',
    },
  },
  reads: ['time_sync'],
  dimensions: ['daemon'],
  freshness: 'PT6H',
  sql: `
    with clock as (
      -- With two daemons the one that is known to be synchronised counts: it is the one that sets the clock.
      select distinct on (system) system, daemon, synchronised
      from time_sync
      order by system, synchronised desc nulls last, daemon
    )
    select
      system,
      'clock' as resource,
      case
        when daemon is null then 'alarm'
        when synchronised is null then 'error'
        when synchronised then 'ok'
        else 'alarm'
      end as status,
      case
        when daemon is null then 'no_daemon'
        when synchronised is null then 'unknown'
        when synchronised then 'synchronised'
        else 'not_synchronised'
      end as reason,
      daemon
    from clock
  `,
  examples: [
    {
      name: { de: 'chrony hat abgeglichen', en: 'chrony is synchronised' },
      facts: { time_sync: [{}] },
      expect: [{ resource: 'clock', status: 'ok', reason: 'synchronised' }],
    },
    {
      name: { de: 'Kein Zeitdienst', en: 'No time service' },
      facts: { time_sync: [{ daemon: null, synchronised: null }] },
      expect: [{ resource: 'clock', status: 'alarm', reason: 'no_daemon' }],
    },
    {
      name: { de: 'Der Dienst erreicht keine Quelle', en: 'The service reaches no source' },
      facts: { time_sync: [{ synchronised: false }] },
      expect: [{ resource: 'clock', status: 'alarm', reason: 'not_synchronised' }],
    },
    {
      name: { de: 'Ein laufender Dienst allein ist kein Beweis', en: 'A running service alone is no proof' },
      facts: { time_sync: [{ daemon: 'ntpd', synchronised: null }] },
      expect: [{ resource: 'clock', status: 'error', reason: 'unknown' }],
    },
  ],
})
