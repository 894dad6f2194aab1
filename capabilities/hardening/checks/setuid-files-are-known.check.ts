import { defineCheck } from '../../../kernel/check/check.ts'

export const setuidFilesAreKnown = defineCheck({
  id: 'hardening.setuid-files-are-known',
  appliesTo: 'host',
  severity: 'high',
  title: {
    de: 'Programme mit fremden Rechten stammen aus Paketen, und nur root kann sie ändern',
    en: 'Programs with borrowed rights come from packages, and only root can change them',
  },
  population: { de: 'Setuid- und Setgid-Dateien', en: 'setuid and setgid files' },
  remedy: {
    de: 'Klären, woher {resource} kommt. Wird sie nicht gebraucht: chmod ug-s {resource} oder löschen; ein Programm des Betriebssystems aus seinem Paket neu installieren.',
    en: 'Find out where {resource} comes from. If it is not needed: chmod ug-s {resource} or delete it; reinstall a program of the operating system from its package.',
  },
  reasons: {
    packaged: { de: 'gehört zum Paket {package}', en: 'belongs to package {package}' },
    no_package: {
      de: 'gehört zu keinem Paket (Rechte {mode}, Eigentümer {owner})',
      en: 'belongs to no package (mode {mode}, owner {owner})',
    },
    writable_by_all: {
      de: 'jeder darf sie überschreiben (Rechte {mode})',
      en: 'everybody may overwrite it (mode {mode})',
    },
    writable_by_group: {
      de: 'die Gruppe {group_name} darf sie überschreiben (Rechte {mode})',
      en: 'the group {group_name} may overwrite it (mode {mode})',
    },
  },
  reads: ['setuid_file'],
  dimensions: ['mode', 'owner', 'group_name', 'package'],
  freshness: 'PT24H',
  sql: `
    with judged as (
      select system, path, mode, owner, group_name, package,
        case
          when substr(mode, 4, 1) in ('2', '3', '6', '7') then 'writable_by_all'
          when substr(mode, 3, 1) in ('2', '3', '6', '7') and group_name <> 'root' then 'writable_by_group'
          when package is null then 'no_package'
          else 'packaged'
        end as reason
      from setuid_file
    )
    select
      system,
      path as resource,
      case when reason = 'packaged' then 'ok' else 'alarm' end as status,
      reason,
      mode, owner, group_name, package
    from judged
  `,
  examples: [
    {
      name: { de: 'Was das Betriebssystem mitbringt', en: 'What the operating system brings along' },
      facts: { setuid_file: [{}, { path: '/usr/bin/crontab', mode: '2755', groupName: 'crontab', package: 'cron' }] },
      expect: [
        { resource: '/usr/bin/sudo', status: 'ok', reason: 'packaged' },
        { resource: '/usr/bin/crontab', status: 'ok', reason: 'packaged' },
      ],
    },
    {
      name: { de: 'Eine Kopie der Shell mit Rechten von root', en: 'A copy of the shell with the rights of root' },
      facts: { setuid_file: [{ path: '/var/tmp/.x', package: null }] },
      expect: [{ resource: '/var/tmp/.x', status: 'alarm', reason: 'no_package' }],
    },
    {
      name: { de: 'Aus einem Paket, aber für alle beschreibbar', en: 'From a package, but writable by everybody' },
      facts: {
        setuid_file: [{ mode: '4757' }, { path: '/usr/bin/at', mode: '6775', groupName: 'daemon', package: 'at' }],
      },
      expect: [
        { resource: '/usr/bin/sudo', status: 'alarm', reason: 'writable_by_all' },
        { resource: '/usr/bin/at', status: 'alarm', reason: 'writable_by_group' },
      ],
    },
  ],
})
