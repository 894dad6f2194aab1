import { defineCheck } from '../../../kernel/check/check.ts'

export const noStaleLibraries = defineCheck({
  id: 'hardening.no-stale-libraries',
  appliesTo: 'host',
  severity: 'high',
  title: {
    de: 'Kein laufender Prozess benutzt eine ersetzte Bibliothek',
    en: 'No running process uses a replaced library',
  },
  population: { de: 'Prozesse mit ersetzten Bibliotheken', en: 'processes with replaced libraries' },
  remedy: {
    de: 'Den Dienst neu starten, zu dem der Prozess gehört; needrestart -b nennt ihn. Bis dahin läuft der alte Code mit seiner Lücke weiter.',
    en: 'Restart the service that the process belongs to; needrestart -b names it. Until then the old code runs on with its flaw.',
  },
  reasons: {
    none: { de: 'kein Prozess benutzt eine gelöschte Bibliothek', en: 'no process uses a deleted library' },
    stale: {
      de: 'benutzt noch die gelöschte Fassung von {libraries}',
      en: 'still uses the deleted version of {libraries}',
    },
  },
  reads: ['stale_process', 'host_os'],
  dimensions: ['libraries'],
  freshness: 'PT24H',
  sql: `
    with stale as (
      select p.system, p.process, p.account, array_agg(distinct l order by l) as libraries
      from stale_process p
      cross join lateral unnest(p.libraries) l
      group by p.system, p.process, p.account
    )
    select
      coalesce(p.system, o.system) as system,
      coalesce(p.process || ' (' || p.account || ')', 'processes') as resource,
      case when p.process is null then 'ok' else 'alarm' end as status,
      case when p.process is null then 'none' else 'stale' end as reason,
      p.libraries
    -- Every host that was looked at has an operating system: without that fact an empty list would prove nothing.
    from host_os o
    full join stale p on p.system = o.system
  `,
  examples: [
    {
      name: { de: 'Alle Prozesse sind auf dem Stand der Platte', en: 'All processes are at the state of the disk' },
      facts: { host_os: [{}] },
      expect: [{ resource: 'processes', status: 'ok', reason: 'none' }],
    },
    {
      name: { de: 'sshd läuft noch mit der alten libcrypto', en: 'sshd still runs with the old libcrypto' },
      facts: { host_os: [{}], stale_process: [{}] },
      expect: [{ resource: 'sshd (root)', status: 'alarm', reason: 'stale' }],
    },
    {
      name: {
        de: 'Viele Arbeiter desselben Dienstes sind ein Befund',
        en: 'Many workers of one service are one finding',
      },
      facts: {
        host_os: [{}],
        stale_process: [
          { process: 'nginx', account: 'root' },
          { process: 'nginx', account: 'www-data' },
          { process: 'nginx', account: 'www-data', libraries: ['/usr/lib/x86_64-linux-gnu/libssl.so.3'] },
        ],
      },
      expect: [
        { resource: 'nginx (root)', status: 'alarm', reason: 'stale' },
        { resource: 'nginx (www-data)', status: 'alarm', reason: 'stale' },
      ],
    },
  ],
})
