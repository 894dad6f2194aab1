import { defineCheck } from '../../../kernel/check/check.ts'

export const backupArtefactsAreEncrypted = defineCheck({
  id: 'fields.backup-artefacts-are-encrypted',
  appliesTo: 'host',
  severity: 'high',
  title: {
    de: 'Sicherungen, die auf dem Host liegen, sind verschlüsselt',
    en: 'Backups that lie on the host are encrypted',
  },
  population: {
    de: 'Dateien und Ablagen in Ordnern für Sicherungen',
    en: 'files and repositories in folders of backups',
  },
  remedy: {
    de: '{resource} verschlüsseln (etwa `age -r age1… -o {resource}.age {resource}`), das Original löschen und die Sicherung umstellen, damit Klartext nie auf die Platte kommt: `bergfried backup`.',
    en: 'Encrypt {resource} (such as `age -r age1… -o {resource}.age {resource}`), delete the original and change the backup so that clear text never reaches the disk: `bergfried backup`.',
  },
  reasons: {
    encrypted: { de: 'verschlüsselt: {format}', en: 'encrypted: {format}' },
    clear: { de: 'nicht verschlüsselt: {format}', en: 'not encrypted: {format}' },
    not_known: { de: 'an seinen Bytes nicht zu erkennen', en: 'its bytes do not say' },
    unreadable: { de: 'nicht lesbar', en: 'not readable' },
  },
  reads: ['backup_artefact'],
  dimensions: ['format'],
  freshness: 'PT6H',
  sql: `
    select system, path as resource,
      case when encrypted then 'ok' when not encrypted then 'alarm' when format = 'unreadable' then 'error' else 'info' end as status,
      case when encrypted then 'encrypted' when not encrypted then 'clear' when format = 'unreadable' then 'unreadable' else 'not_known' end as reason,
      format
    from backup_artefact
  `,
  examples: [
    {
      name: { de: 'eine age-Datei', en: 'an age file' },
      facts: { backup_artefact: [{}] },
      expect: [{ resource: '/srv/backups/shop.dump.age', status: 'ok', reason: 'encrypted' }],
    },
    {
      name: { de: 'ein Dump im Klartext, auch unter falschem Namen', en: 'a dump in clear, under a wrong name too' },
      facts: { backup_artefact: [{ format: 'pg_dump', encrypted: false }] },
      expect: [{ resource: '/srv/backups/shop.dump.age', status: 'alarm', reason: 'clear' }],
    },
    {
      name: { de: 'was nicht zu erkennen oder nicht lesbar ist', en: 'what does not say, or cannot be read' },
      facts: {
        backup_artefact: [
          { path: '/srv/backups/a', format: 'unknown', encrypted: null },
          { path: '/srv/backups/b', format: 'unreadable', encrypted: null },
        ],
      },
      expect: [
        { resource: '/srv/backups/a', status: 'info', reason: 'not_known' },
        { resource: '/srv/backups/b', status: 'error', reason: 'unreadable' },
      ],
    },
  ],
})
