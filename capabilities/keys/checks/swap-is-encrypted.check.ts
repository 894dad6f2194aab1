import { defineCheck } from '../../../kernel/check/check.ts'

const SWAP = { target: 'swap:/dev/dm-3', source: '/dev/dm-3', type: 'swap', options: [] }

export const swapIsEncrypted = defineCheck({
  id: 'keys.swap-is-encrypted',
  appliesTo: 'host',
  severity: 'medium',
  title: {
    de: 'Ausgelagerter Arbeitsspeicher liegt verschlüsselt auf dem Datenträger',
    en: 'Swapped-out memory lies encrypted on the disk',
  },
  population: { de: 'Auslagerungsbereiche', en: 'swap areas' },
  remedy: {
    de: 'swapoff {source}; den Bereich in /etc/crypttab mit /dev/urandom und der Option swap eintragen und in /etc/fstab den Namen unter /dev/mapper nehmen; danach swapon -a.',
    en: 'swapoff {source}; enter the area in /etc/crypttab with /dev/urandom and the option swap and use its name under /dev/mapper in /etc/fstab; then swapon -a.',
  },
  reasons: {
    encrypted: { de: 'verschlüsselt', en: 'encrypted' },
    in_memory: { de: 'liegt im Arbeitsspeicher selbst', en: 'lies in memory itself' },
    open: {
      de: 'unverschlüsselt auf {source}: Schlüssel und Daten aus dem Speicher bleiben dort lesbar',
      en: 'not encrypted on {source}: keys and data from memory stay readable there',
    },
    unknown: {
      de: 'ob {source} verschlüsselt ist, ist nicht bekannt',
      en: 'whether {source} is encrypted is not known',
    },
    no_swap: { de: 'dieser Host lagert nichts aus', en: 'this host swaps nothing out' },
  },
  reads: ['mount'],
  dimensions: ['source'],
  freshness: 'PT24H',
  sql: `
    with area as (
      select system, source,
        case
          when source ~ '/zram[0-9]+$' then 'in_memory'
          when bool_or(not encrypted) then 'open'
          when count(*) = count(encrypted) then 'encrypted'
          else 'unknown'
        end as reason
      from mount where type = 'swap' group by system, source
    )
    select system, source as resource,
      case reason when 'open' then 'alarm' when 'unknown' then 'error' else 'ok' end as status,
      reason, source
    from area
    union all
    select m.system, 'swap', 'skip', 'no_swap', null
    from (select distinct system from mount) m
    where m.system not in (select system from area)
  `,
  examples: [
    {
      name: { de: 'verschlüsselt, und im Arbeitsspeicher', en: 'encrypted, and in memory' },
      facts: { mount: [{}, SWAP, { ...SWAP, target: 'swap:/dev/zram0', source: '/dev/zram0', encrypted: false }] },
      expect: [
        { resource: '/dev/dm-3', status: 'ok', reason: 'encrypted' },
        { resource: '/dev/zram0', status: 'ok', reason: 'in_memory' },
      ],
    },
    {
      name: { de: 'eine offene Auslagerungsdatei', en: 'an open swap file' },
      facts: { mount: [SWAP, { ...SWAP, target: 'swap:/swapfile', source: '/swapfile', encrypted: false }] },
      expect: [
        { resource: '/dev/dm-3', status: 'ok', reason: 'encrypted' },
        { resource: '/swapfile', status: 'alarm', reason: 'open' },
      ],
    },
    {
      name: { de: 'ohne Auslagerung nicht anwendbar', en: 'not applicable without swap' },
      facts: { mount: [{}] },
      expect: [{ resource: 'swap', status: 'skip', reason: 'no_swap' }],
    },
    {
      name: { de: 'unbekannt ist nicht gut', en: 'unknown is not fine' },
      facts: { mount: [{ ...SWAP, encrypted: null }] },
      expect: [{ resource: '/dev/dm-3', status: 'error', reason: 'unknown' }],
    },
  ],
})
