import { defineCheck } from '../../../kernel/check/check.ts'

export const memoryBelowThreshold = defineCheck({
  id: 'monitoring.memory-below-threshold',
  appliesTo: 'host',
  severity: 'medium',
  title: {
    de: 'Arbeitsspeicher ist unter 95 % und Auslagerung unter 80 % belegt',
    en: 'Less than 95 % of the memory and less than 80 % of the swap space is used',
  },
  population: { de: 'Speicherarten', en: 'kinds of memory' },
  remedy: {
    de: 'Die größten Verbraucher suchen (ps -eo rss,pid,user,cmd --sort=-rss | head), ihren Bedarf begrenzen (MemoryMax= in der systemd-Einheit) oder Speicher hinzufügen.',
    en: 'Find the largest consumers (ps -eo rss,pid,user,cmd --sort=-rss | head), limit them (MemoryMax= in the systemd unit) or add memory.',
  },
  reasons: {
    below: { de: 'unter der Schwelle', en: 'below the threshold' },
    above: {
      de: 'zu {measured} % belegt, die Schwelle ist {threshold} %',
      en: '{measured} % used, the threshold is {threshold} %',
    },
  },
  reads: ['host_load'],
  dimensions: ['measured', 'threshold'],
  freshness: 'PT1H',
  sql: `
    with measure as (
      select system, max(memory_used_percent) as memory, max(swap_used_percent) as swap
      from host_load
      group by system
    )
    select
      m.system,
      k.resource,
      case when k.used >= k.threshold then 'alarm' else 'ok' end as status,
      case when k.used >= k.threshold then 'above' else 'below' end as reason,
      case when k.used >= k.threshold then k.used end as measured,
      k.threshold
    from measure m
    cross join lateral (values
      ('memory', m.memory, 95), -- above it the kernel starts to end processes
      ('swap', m.swap, 80)      -- above it the next burst no longer fits anywhere
    ) k (resource, used, threshold)
  `,
  examples: [
    {
      name: { de: 'Genug von beidem', en: 'Enough of both' },
      facts: { host_load: [{}] },
      expect: [
        { resource: 'memory', status: 'ok', reason: 'below' },
        { resource: 'swap', status: 'ok', reason: 'below' },
      ],
    },
    {
      name: { de: 'Der Arbeitsspeicher ist voll', en: 'Memory is full' },
      facts: { host_load: [{ memoryUsedPercent: 95, swapUsedPercent: 79 }] },
      expect: [
        { resource: 'memory', status: 'alarm', reason: 'above' },
        { resource: 'swap', status: 'ok', reason: 'below' },
      ],
    },
    {
      name: { de: 'Die Auslagerung ist voll', en: 'Swap space is full' },
      facts: { host_load: [{ memoryUsedPercent: 94, swapUsedPercent: 80 }] },
      expect: [
        { resource: 'memory', status: 'ok', reason: 'below' },
        { resource: 'swap', status: 'alarm', reason: 'above' },
      ],
    },
  ],
})
