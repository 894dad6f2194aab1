import { defineCheck } from '../../../kernel/check/check.ts'

export const noUncommonModules = defineCheck({
  id: 'hardening.no-uncommon-modules',
  appliesTo: 'host',
  severity: 'low',
  title: {
    de: 'Der Kernel hat keine seltenen Protokolle und Dateisysteme geladen',
    en: 'The kernel has loaded no rare protocols and file systems',
  },
  population: { de: 'seltene Kernelmodule', en: 'rare kernel modules' },
  remedy: {
    de: 'Entladen (modprobe -r {resource}) und sperren: die Zeile „install {resource} /bin/false“ in /etc/modprobe.d/uncommon.conf.',
    en: 'Unload it (modprobe -r {resource}) and block it: the line “install {resource} /bin/false” in /etc/modprobe.d/uncommon.conf.',
  },
  reasons: {
    not_loaded: { de: 'nicht geladen', en: 'not loaded' },
    protocol: {
      de: 'geladen: ein Protokoll, das Server kaum brauchen',
      en: 'loaded: a protocol that servers hardly need',
    },
    filesystem: {
      de: 'geladen: ein Dateisystem, das Server kaum brauchen',
      en: 'loaded: a file system that servers hardly need',
    },
    memory: {
      de: 'geladen: ein Anschluss, der am Prozessor vorbei in den Speicher greift',
      en: 'loaded: a port that reaches into memory past the processor',
    },
  },
  reads: ['kernel_module'],
  dimensions: [],
  freshness: 'PT24H',
  // Code that hardly anybody runs is hardly tested, and the kernel loads much of it when an ordinary user opens a socket
  // or mounts a stick. Not in the list: squashfs (snap), udf (cloud images), usb_storage (hosts with such disks).
  sql: `
    with uncommon (module, kind) as (
      values
        ('dccp', 'protocol'), ('sctp', 'protocol'), ('rds', 'protocol'), ('tipc', 'protocol'),
        ('ax25', 'protocol'), ('netrom', 'protocol'), ('rose', 'protocol'), ('x25', 'protocol'),
        ('appletalk', 'protocol'), ('ipx', 'protocol'), ('can', 'protocol'), ('atm', 'protocol'), ('n_hdlc', 'protocol'),
        ('cramfs', 'filesystem'), ('freevxfs', 'filesystem'), ('jffs2', 'filesystem'),
        ('hfs', 'filesystem'), ('hfsplus', 'filesystem'),
        ('firewire_core', 'memory'), ('firewire_ohci', 'memory')
    ),
    loaded as (
      -- The kernel takes "-" and "_" in names as the same.
      select distinct system, replace(module, '-', '_') as module from kernel_module
    )
    select
      s.system,
      u.module as resource,
      case when l.module is null then 'ok' else 'alarm' end as status,
      case when l.module is null then 'not_loaded' else u.kind end as reason
    from (select distinct system from loaded) s
    cross join uncommon u
    left join loaded l on l.system = s.system and l.module = u.module
  `,
  examples: [
    {
      name: { de: 'Nur Übliches ist geladen', en: 'Only the usual is loaded' },
      facts: { kernel_module: [{}, { module: 'nf_tables' }] },
      expect: [
        { resource: 'dccp', status: 'ok', reason: 'not_loaded' },
        { resource: 'sctp', status: 'ok', reason: 'not_loaded' },
        { resource: 'rds', status: 'ok', reason: 'not_loaded' },
        { resource: 'tipc', status: 'ok', reason: 'not_loaded' },
        { resource: 'ax25', status: 'ok', reason: 'not_loaded' },
        { resource: 'netrom', status: 'ok', reason: 'not_loaded' },
        { resource: 'rose', status: 'ok', reason: 'not_loaded' },
        { resource: 'x25', status: 'ok', reason: 'not_loaded' },
        { resource: 'appletalk', status: 'ok', reason: 'not_loaded' },
        { resource: 'ipx', status: 'ok', reason: 'not_loaded' },
        { resource: 'can', status: 'ok', reason: 'not_loaded' },
        { resource: 'atm', status: 'ok', reason: 'not_loaded' },
        { resource: 'n_hdlc', status: 'ok', reason: 'not_loaded' },
        { resource: 'cramfs', status: 'ok', reason: 'not_loaded' },
        { resource: 'freevxfs', status: 'ok', reason: 'not_loaded' },
        { resource: 'jffs2', status: 'ok', reason: 'not_loaded' },
        { resource: 'hfs', status: 'ok', reason: 'not_loaded' },
        { resource: 'hfsplus', status: 'ok', reason: 'not_loaded' },
        { resource: 'firewire_core', status: 'ok', reason: 'not_loaded' },
        { resource: 'firewire_ohci', status: 'ok', reason: 'not_loaded' },
      ],
    },
    {
      name: {
        de: 'Ein Nutzer hat eine DCCP-Verbindung geöffnet, jemand ein altes Abbild eingehängt',
        en: 'A user has opened a DCCP connection, somebody has mounted an old image',
      },
      facts: { kernel_module: [{}, { module: 'dccp' }, { module: 'cramfs' }, { module: 'firewire-ohci' }] },
      expect: [
        { resource: 'dccp', status: 'alarm', reason: 'protocol' },
        { resource: 'sctp', status: 'ok', reason: 'not_loaded' },
        { resource: 'rds', status: 'ok', reason: 'not_loaded' },
        { resource: 'tipc', status: 'ok', reason: 'not_loaded' },
        { resource: 'ax25', status: 'ok', reason: 'not_loaded' },
        { resource: 'netrom', status: 'ok', reason: 'not_loaded' },
        { resource: 'rose', status: 'ok', reason: 'not_loaded' },
        { resource: 'x25', status: 'ok', reason: 'not_loaded' },
        { resource: 'appletalk', status: 'ok', reason: 'not_loaded' },
        { resource: 'ipx', status: 'ok', reason: 'not_loaded' },
        { resource: 'can', status: 'ok', reason: 'not_loaded' },
        { resource: 'atm', status: 'ok', reason: 'not_loaded' },
        { resource: 'n_hdlc', status: 'ok', reason: 'not_loaded' },
        { resource: 'cramfs', status: 'alarm', reason: 'filesystem' },
        { resource: 'freevxfs', status: 'ok', reason: 'not_loaded' },
        { resource: 'jffs2', status: 'ok', reason: 'not_loaded' },
        { resource: 'hfs', status: 'ok', reason: 'not_loaded' },
        { resource: 'hfsplus', status: 'ok', reason: 'not_loaded' },
        { resource: 'firewire_core', status: 'ok', reason: 'not_loaded' },
        { resource: 'firewire_ohci', status: 'alarm', reason: 'memory' },
      ],
    },
    {
      name: {
        de: 'Ein Kernel, der keine Module nennt, beweist nichts',
        en: 'A kernel that lists no modules proves nothing',
      },
      facts: {},
      expect: [{ resource: '*', status: 'skip', reason: 'nothing_in_scope' }],
    },
  ],
})
