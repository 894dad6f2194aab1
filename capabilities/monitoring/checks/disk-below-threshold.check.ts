import { defineCheck } from '../../../kernel/check/check.ts'

export const diskBelowThreshold = defineCheck({
  id: 'monitoring.disk-below-threshold',
  appliesTo: 'host',
  severity: 'high',
  title: {
    de: 'Kein Dateisystem ist zu 90 % oder mehr belegt',
    en: 'No file system is 90 % full or more',
  },
  population: { de: 'Dateisysteme', en: 'file systems' },
  remedy: {
    de: 'Auf {resource} Platz schaffen (größte Ordner: du -xh --max-depth=2 {resource} | sort -h | tail) oder das Dateisystem vergrößern. Gehen die Inodes aus, sind es viele kleine Dateien: du -x --inodes --max-depth=2 {resource} | sort -n | tail.',
    en: 'Free space on {resource} (largest folders: du -xh --max-depth=2 {resource} | sort -h | tail) or enlarge the file system. Where inodes run out, many small files are the cause: du -x --inodes --max-depth=2 {resource} | sort -n | tail.',
  },
  reasons: {
    below: { de: 'Platz und Inodes liegen unter 90 %', en: 'space and inodes are below 90 %' },
    space: { de: 'der Platz ist zu {measured} % belegt', en: '{measured} % of the space is used' },
    inodes: { de: 'die Inodes sind zu {measured} % vergeben', en: '{measured} % of the inodes are used' },
  },
  reads: ['filesystem_usage'],
  // What was measured appears once it is too much: below the threshold every new per cent would be a change of the row.
  dimensions: ['measured'],
  freshness: 'PT1H',
  sql: `
    with worst as (
      -- A target that is mounted over another one appears twice; the fuller one counts.
      select system, target, max(used_percent) as space, max(inodes_used_percent) as inodes
      from filesystem_usage
      group by system, target
    )
    select
      system,
      target as resource,
      case when space >= 90 or inodes >= 90 then 'alarm' else 'ok' end as status,
      case when space >= 90 then 'space' when inodes >= 90 then 'inodes' else 'below' end as reason,
      case when space >= 90 then space when inodes >= 90 then inodes end as measured
    from worst
  `,
  examples: [
    {
      name: { de: 'Platz auf beiden Dateisystemen', en: 'Room on both file systems' },
      facts: { filesystem_usage: [{}, { target: '/srv', usedPercent: 89, inodesUsedPercent: 89 }] },
      expect: [
        { resource: '/', status: 'ok', reason: 'below' },
        { resource: '/srv', status: 'ok', reason: 'below' },
      ],
    },
    {
      name: { de: 'Genau 90 % sind zu viel', en: 'Exactly 90 % is too much' },
      facts: { filesystem_usage: [{ usedPercent: 90 }] },
      expect: [{ resource: '/', status: 'alarm', reason: 'space' }],
    },
    {
      name: { de: 'Platz ist da, aber keine Inodes mehr', en: 'There is space, but the inodes are gone' },
      facts: { filesystem_usage: [{ target: '/var/spool', usedPercent: 12, inodesUsedPercent: 100 }] },
      expect: [{ resource: '/var/spool', status: 'alarm', reason: 'inodes' }],
    },
    {
      name: { de: 'Zweimal dasselbe Ziel: das vollere zählt', en: 'The same target twice: the fuller one counts' },
      facts: {
        filesystem_usage: [
          { target: '/mnt', usedPercent: 3 },
          { target: '/mnt', usedPercent: 97 },
        ],
      },
      expect: [{ resource: '/mnt', status: 'alarm', reason: 'space' }],
    },
  ],
})
