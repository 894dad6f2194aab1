import { defineCheck } from '../../../kernel/check/check.ts'

export const noFailedUnits = defineCheck({
  id: 'monitoring.no-failed-units',
  appliesTo: 'host',
  severity: 'medium',
  title: { de: 'Kein Dienst ist ausgefallen', en: 'No service has failed' },
  population: { de: 'systemd-Einheiten', en: 'systemd units' },
  remedy: {
    de: 'Ursache lesen (systemctl status {resource}, journalctl -u {resource} -b), beheben und neu starten: systemctl restart {resource}.',
    en: 'Read the cause (systemctl status {resource}, journalctl -u {resource} -b), mend it and restart: systemctl restart {resource}.',
  },
  reasons: {
    not_failed: { de: 'nicht ausgefallen', en: 'not failed' },
    failed: { de: 'ausgefallen', en: 'failed' },
    no_systemd: { de: 'das Init-System ist {init}, nicht systemd', en: 'the init system is {init}, not systemd' },
    no_units: { de: 'systemd läuft, nennt aber keine Einheiten', en: 'systemd runs but lists no units' },
  },
  reads: ['systemd_unit', 'host_init'],
  dimensions: ['init'],
  freshness: 'PT1H',
  sql: `
    with unit as (
      select system, unit, bool_or(active = 'failed') as failed
      from systemd_unit
      group by system, unit
    ),
    init as (
      select system, max(init) as init from host_init group by system
    )
    select
      system,
      unit as resource,
      case when failed then 'alarm' else 'ok' end as status,
      case when failed then 'failed' else 'not_failed' end as reason,
      null::text as init
    from unit
    union all
    select
      i.system,
      'systemd',
      case when i.init = 'systemd' then 'error' else 'skip' end,
      case when i.init = 'systemd' then 'no_units' else 'no_systemd' end,
      i.init
    from init i
    where not exists (select from unit u where u.system = i.system)
  `,
  examples: [
    {
      name: { de: 'Alle Dienste laufen oder ruhen', en: 'All services run or rest' },
      facts: { host_init: [{}], systemd_unit: [{}, { unit: 'backup.service', active: 'inactive', sub: 'dead' }] },
      expect: [
        { resource: 'ssh.service', status: 'ok', reason: 'not_failed' },
        { resource: 'backup.service', status: 'ok', reason: 'not_failed' },
      ],
    },
    {
      name: { de: 'Die Sicherung ist ausgefallen', en: 'The backup has failed' },
      facts: { host_init: [{}], systemd_unit: [{ unit: 'backup.service', active: 'failed', sub: 'failed' }] },
      expect: [{ resource: 'backup.service', status: 'alarm', reason: 'failed' }],
    },
    {
      name: { de: 'Ein Container ohne systemd', en: 'A container without systemd' },
      facts: { host_init: [{ init: 'tini' }] },
      expect: [{ resource: 'systemd', status: 'skip', reason: 'no_systemd' }],
    },
    {
      name: {
        de: 'systemd ohne eine einzige Einheit ist nicht glaubhaft',
        en: 'systemd without a single unit is not believable',
      },
      facts: { host_init: [{}] },
      expect: [{ resource: 'systemd', status: 'error', reason: 'no_units' }],
    },
  ],
})
