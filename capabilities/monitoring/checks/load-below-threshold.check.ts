import { defineCheck } from '../../../kernel/check/check.ts'

export const loadBelowThreshold = defineCheck({
  id: 'monitoring.load-below-threshold',
  appliesTo: 'host',
  severity: 'medium',
  title: {
    de: 'Über 15 Minuten warten im Mittel höchstens vier Prozesse je Prozessor',
    en: 'Over 15 minutes at most four processes per processor wait on average',
  },
  population: { de: 'Hosts', en: 'hosts' },
  remedy: {
    de: 'Nachsehen, was wartet: top -o %CPU für Rechenlast, ps -eo state,pid,cmd | grep "^D" für Prozesse, die auf Platte oder Netz warten.',
    en: 'See what waits: top -o %CPU for computing, ps -eo state,pid,cmd | grep "^D" for processes that wait for disk or network.',
  },
  reasons: {
    below: { de: 'die Last liegt unter der Schwelle', en: 'the load is below the threshold' },
    above: {
      de: 'die Last je Prozessor beträgt {measured}, erlaubt sind 4',
      en: 'the load per processor is {measured}, allowed are 4',
    },
  },
  reads: ['host_load'],
  dimensions: ['measured'],
  freshness: 'PT1H',
  // 4 waiting processes per processor for a quarter of an hour: far above bursts, far below a host that no longer answers.
  sql: `
    select
      system,
      'load' as resource,
      case when max(load_per_cpu) > 4.0 then 'alarm' else 'ok' end as status,
      case when max(load_per_cpu) > 4.0 then 'above' else 'below' end as reason,
      case when max(load_per_cpu) > 4.0 then max(load_per_cpu) end as measured
    from host_load
    group by system
  `,
  examples: [
    {
      name: { de: 'Ein ruhiger Host', en: 'A quiet host' },
      facts: { host_load: [{}] },
      expect: [{ resource: 'load', status: 'ok', reason: 'below' }],
    },
    {
      name: { de: 'Die Schwelle selbst ist noch erlaubt', en: 'The threshold itself is still allowed' },
      facts: { host_load: [{ loadPerCpu: 4 }] },
      expect: [{ resource: 'load', status: 'ok', reason: 'below' }],
    },
    {
      name: { de: 'Fünf warten je Prozessor', en: 'Five wait per processor' },
      facts: { host_load: [{ loadPerCpu: 5.1 }] },
      expect: [{ resource: 'load', status: 'alarm', reason: 'above' }],
    },
  ],
})
