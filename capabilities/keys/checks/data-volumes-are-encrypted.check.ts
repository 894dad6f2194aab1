import { defineCheck } from '../../../kernel/check/check.ts'

export const dataVolumesAreEncrypted = defineCheck({
  id: 'keys.data-volumes-are-encrypted',
  appliesTo: 'host',
  severity: 'high',
  title: {
    de: 'Dateisysteme mit Daten liegen auf verschlüsselten Datenträgern',
    en: 'File systems that hold data lie on encrypted volumes',
  },
  population: { de: 'Dateisysteme', en: 'file systems' },
  remedy: {
    de: 'Daten sichern, {source} mit cryptsetup luksFormat verschlüsseln und zurückspielen, oder die Daten auf ein verschlüsseltes Dateisystem legen.',
    en: 'Back the data up, encrypt {source} with cryptsetup luksFormat and restore it, or move the data to an encrypted file system.',
  },
  reasons: {
    encrypted: { de: 'verschlüsselt ({source})', en: 'encrypted ({source})' },
    open: { de: 'unverschlüsselt auf {source}', en: 'not encrypted on {source}' },
    unknown: {
      de: 'ob {source} verschlüsselt ist, lässt sich von diesem Host aus nicht sehen',
      en: 'whether {source} is encrypted cannot be seen from this host',
    },
  },
  reads: ['mount', 'system_label'],
  dimensions: ['source', 'type', 'data'],
  freshness: 'PT24H',
  // With labels data=/path, the file system of each such path counts, and it alone. Without, everything on a block device
  // does, except /boot, which the firmware must read, and read-only images. The root counts wherever it comes from.
  sql: `
    with data as (
      select distinct system, rtrim(value, '/') || '/' as path from system_label where label = 'data' and left(value, 1) = '/'
    ),
    place as (
      select system, target, rtrim(target, '/') || '/' as path, min(source) as source, min(type) as type,
        case when bool_or(not encrypted) then false when count(*) = count(encrypted) then true end as encrypted
      from mount where type <> 'swap'
      group by system, target
    ),
    holding as (
      select distinct on (d.system, d.path) d.system, p.target, d.path as data
      from data d
      join place p on p.system = d.system and starts_with(d.path, p.path)
      order by d.system, d.path, length(p.path) desc
    ),
    chosen as (
      select system, target, string_agg(data, ', ' order by data) as data from holding group by system, target
      union all
      select p.system, p.target, null
      from place p
      where p.system not in (select system from data)
        and (p.target = '/' or (
          (p.source like '/dev/%' or p.type = 'zfs') and p.type not in ('squashfs', 'iso9660', 'erofs', 'udf')
          and p.target not in ('/boot', '/boot/efi', '/efi')))
    )
    select c.system, c.target as resource,
      case when p.encrypted then 'ok' when not p.encrypted then 'alarm' else 'error' end as status,
      case when p.encrypted then 'encrypted' when not p.encrypted then 'open' else 'unknown' end as reason,
      p.source, p.type, c.data
    from chosen c
    join place p on p.system = c.system and p.target = c.target
  `,
  examples: [
    {
      name: {
        de: 'ohne Kennzeichen zählt jedes Dateisystem auf einem Datenträger, außer /boot',
        en: 'without labels every file system on a block device counts, except /boot',
      },
      facts: {
        mount: [
          {},
          { target: '/boot', source: '/dev/sda1', encrypted: false },
          { target: '/tmp', source: 'tmpfs', type: 'tmpfs', encrypted: null },
          { target: '/snap/core', source: '/dev/loop0', type: 'squashfs', encrypted: false },
          { target: 'swap:/dev/sda2', source: '/dev/sda2', type: 'swap', encrypted: false },
        ],
      },
      expect: [{ resource: '/', status: 'ok', reason: 'encrypted' }],
    },
    {
      name: {
        de: 'ein offenes Dateisystem neben einem verschlüsselten',
        en: 'an open file system beside an encrypted one',
      },
      facts: { mount: [{}, { target: '/srv', source: '/dev/sdb1', encrypted: false }] },
      expect: [
        { resource: '/', status: 'ok', reason: 'encrypted' },
        { resource: '/srv', status: 'alarm', reason: 'open' },
      ],
    },
    {
      name: {
        de: 'mit Kennzeichen zählt das Dateisystem, auf dem der Pfad wirklich liegt',
        en: 'with labels the file system counts on which the path really lies',
      },
      facts: {
        system_label: [
          { label: 'data', value: '/srv/data' },
          { label: 'data', value: '/srv/database/main/' },
          { label: 'role', value: 'web' },
        ],
        mount: [
          { encrypted: false },
          { target: '/srv', source: '/dev/mapper/srv' },
          { target: '/srv/data', source: '/dev/sdb1', encrypted: false },
        ],
      },
      expect: [
        { resource: '/srv', status: 'ok', reason: 'encrypted' },
        { resource: '/srv/data', status: 'alarm', reason: 'open' },
      ],
    },
    {
      name: {
        de: 'wo der Host den Datenträger nicht sieht, ist nichts bewiesen',
        en: 'where the host does not see the volume nothing is proved',
      },
      facts: {
        system_label: [{ label: 'data', value: 'customer' }],
        mount: [
          { source: 'overlay', type: 'overlay', encrypted: null },
          { target: '/srv', source: 'files:/export', type: 'nfs4', encrypted: null },
        ],
      },
      expect: [{ resource: '/', status: 'error', reason: 'unknown' }],
    },
  ],
})
