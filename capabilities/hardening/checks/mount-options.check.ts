import { defineCheck } from '../../../kernel/check/check.ts'

export const mountOptions = defineCheck({
  id: 'hardening.mount-options',
  appliesTo: 'host',
  severity: 'medium',
  title: {
    de: 'Wo jeder schreiben darf, gelten weder fremde Rechte noch Gerätedateien',
    en: 'Where everybody may write, neither borrowed rights nor device files count',
  },
  population: { de: 'Ordner, in die viele schreiben', en: 'folders that many write to' },
  remedy: {
    de: 'Sofort: mount -o remount,{missing} {resource}. Dauerhaft: die Optionen in /etc/fstab ergänzen oder, bei /tmp, in systemctl edit tmp.mount.',
    en: 'At once: mount -o remount,{missing} {resource}. For good: add the options in /etc/fstab or, for /tmp, in systemctl edit tmp.mount.',
  },
  reasons: {
    restricted: { de: 'eingehängt mit {options}', en: 'mounted with {options}' },
    missing: { de: 'es fehlt {missing}', en: '{missing} is missing' },
    not_separate: {
      de: 'kein eigenes Dateisystem, also ohne eigene Optionen',
      en: 'no file system of its own, hence without options of its own',
    },
  },
  reads: ['mount'],
  dimensions: ['options', 'missing'],
  freshness: 'PT24H',
  // nosuid: a setuid file dropped there is powerless. nodev: so is a device file. noexec where no program belongs; not
  // on /var/tmp and /home, where package builds and people run their own.
  sql: `
    with wanted (target, options) as (
      values
        ('/tmp', array['nosuid', 'nodev', 'noexec']),
        ('/var/tmp', array['nosuid', 'nodev']),
        ('/dev/shm', array['nosuid', 'nodev', 'noexec']),
        ('/home', array['nosuid', 'nodev'])
    ),
    place as (
      select s.system, w.target, w.options as wanted, m.options as found
      from (select distinct system from mount) s
      cross join wanted w
      left join mount m on m.system = s.system and m.target = w.target
    ),
    compared as (
      -- Of two mounts on one target the worse one counts: which lies on top cannot be told.
      select distinct on (system, target) system, target, found,
        array(select o from unnest(wanted) o where o <> all (found)) as missing
      from place
      order by system, target, cardinality(array(select o from unnest(wanted) o where o <> all (found))) desc
    )
    select
      system,
      target as resource,
      case when found is null then 'skip' when missing = '{}' then 'ok' else 'alarm' end as status,
      case when found is null then 'not_separate' when missing = '{}' then 'restricted' else 'missing' end as reason,
      array_to_string(found, ',') as options,
      nullif(array_to_string(missing, ','), '') as missing
    from compared
  `,
  examples: [
    {
      name: {
        de: 'Alle vier sind eigene Dateisysteme mit Optionen',
        en: 'All four are file systems of their own with options',
      },
      facts: {
        mount: [
          {},
          { target: '/tmp', type: 'tmpfs', options: ['rw', 'nosuid', 'nodev', 'noexec', 'relatime'] },
          { target: '/var/tmp', type: 'tmpfs', options: ['rw', 'nosuid', 'nodev'] },
          { target: '/dev/shm', type: 'tmpfs', options: ['rw', 'nosuid', 'nodev', 'noexec'] },
          { target: '/home', options: ['rw', 'nosuid', 'nodev', 'relatime'] },
        ],
      },
      expect: [
        { resource: '/tmp', status: 'ok', reason: 'restricted' },
        { resource: '/var/tmp', status: 'ok', reason: 'restricted' },
        { resource: '/dev/shm', status: 'ok', reason: 'restricted' },
        { resource: '/home', status: 'ok', reason: 'restricted' },
      ],
    },
    {
      name: {
        de: '/dev/shm, wie systemd es einhängt: Programme sind erlaubt',
        en: '/dev/shm as systemd mounts it: programs are allowed',
      },
      facts: { mount: [{}, { target: '/dev/shm', type: 'tmpfs', options: ['rw', 'nosuid', 'nodev'] }] },
      expect: [
        { resource: '/tmp', status: 'skip', reason: 'not_separate' },
        { resource: '/var/tmp', status: 'skip', reason: 'not_separate' },
        { resource: '/dev/shm', status: 'alarm', reason: 'missing' },
        { resource: '/home', status: 'skip', reason: 'not_separate' },
      ],
    },
    {
      name: {
        de: 'Zwei Einhängungen übereinander: die schlechtere zählt',
        en: 'Two mounts on top of each other: the worse one counts',
      },
      facts: {
        mount: [
          { target: '/tmp', source: 'tmpfs', type: 'tmpfs', options: ['rw', 'nosuid', 'nodev', 'noexec'] },
          { target: '/tmp', source: '/dev/vdb1', options: ['rw', 'relatime'] },
        ],
      },
      expect: [
        { resource: '/tmp', status: 'alarm', reason: 'missing' },
        { resource: '/var/tmp', status: 'skip', reason: 'not_separate' },
        { resource: '/dev/shm', status: 'skip', reason: 'not_separate' },
        { resource: '/home', status: 'skip', reason: 'not_separate' },
      ],
    },
  ],
})
