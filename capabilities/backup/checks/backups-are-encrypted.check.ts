import { defineCheck } from '../../../kernel/check/check.ts'

export const backupsAreEncrypted = defineCheck({
  id: 'backup.backups-are-encrypted',
  appliesTo: 'product',
  severity: 'critical',
  title: {
    de: 'Sicherungen sind verschlüsselt, gelesen aus dem, was im Ablageort liegt',
    en: 'Backups are encrypted, read from what lies in the store',
  },
  population: { de: 'Sicherungen', en: 'backups' },
  remedy: {
    de: 'Was unter {place} liegt, ist keine age-Datei oder nicht lesbar: Ablageort prüfen, `bergfried backup run {resource}` aufrufen, die alte entfernen.',
    en: 'What lies at {place} is no age file or cannot be read: check the store, run `bergfried backup run {resource}`, remove the old one.',
  },
  reasons: {
    sealed: { de: 'age-Datei für {recipients} Empfänger', en: 'an age file for {recipients} recipients' },
    not_sealed: {
      de: 'keine age-Datei, oder sie war nicht lesbar',
      en: 'no age file, or it could not be read',
    },
    none: { de: 'es gibt noch keine', en: 'there is none yet' },
  },
  reads: ['database_backup'],
  dimensions: ['recipients', 'place'],
  freshness: 'PT1H',
  sql: `
    select system, backup as resource,
      case when newest_at is null then 'skip' when coalesce(sealed_for, 0) > 0 then 'ok' else 'alarm' end as status,
      case when newest_at is null then 'none' when coalesce(sealed_for, 0) > 0 then 'sealed' else 'not_sealed' end as reason,
      sealed_for::text as recipients, place
    from database_backup
  `,
  examples: [
    {
      name: { de: 'für zwei Empfänger verschlüsselt', en: 'encrypted for two recipients' },
      facts: { database_backup: [{}] },
      expect: [{ resource: 'shop', status: 'ok', reason: 'sealed' }],
    },
    {
      name: { de: 'etwas anderes liegt dort', en: 'something else lies there' },
      facts: { database_backup: [{ sealedFor: null }] },
      expect: [{ resource: 'shop', status: 'alarm', reason: 'not_sealed' }],
    },
    {
      name: { de: 'noch keine', en: 'none yet' },
      facts: { database_backup: [{ newestAt: null, sealedFor: null, kept: 0 }] },
      expect: [{ resource: 'shop', status: 'skip', reason: 'none' }],
    },
  ],
})
