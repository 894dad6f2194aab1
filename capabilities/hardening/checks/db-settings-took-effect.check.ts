import { defineCheck } from '../../../kernel/check/check.ts'

export const dbSettingsTookEffect = defineCheck({
  id: 'hardening.db-settings-took-effect',
  appliesTo: 'postgres',
  severity: 'medium',
  title: {
    de: 'Was in der Konfiguration der Datenbank steht, gilt auch',
    en: 'What the configuration of the database says is in force',
  },
  population: { de: 'Einstellungen', en: 'settings' },
  remedy: {
    de: 'Den Server im nächsten Wartungsfenster neu starten, oder die Änderung zurücknehmen: ALTER SYSTEM RESET {resource}.',
    en: 'Restart the server in the next maintenance window, or take the change back: ALTER SYSTEM RESET {resource}.',
  },
  reasons: {
    in_force: { de: 'gilt: {value}', en: 'in force: {value}' },
    pending_restart: {
      de: 'geändert, aber erst nach einem Neustart wirksam; bis dahin gilt {value}',
      en: 'changed, but effective only after a restart; until then {value} holds',
    },
  },
  reads: ['pg_setting_value'],
  dimensions: ['value', 'source'],
  freshness: 'PT24H',
  sql: `
    select system, setting as resource, case when pending_restart then 'alarm' else 'ok' end as status,
      case when pending_restart then 'pending_restart' else 'in_force' end as reason, value, source
    from pg_setting_value
  `,
  examples: [
    {
      name: { de: 'alles gilt', en: 'everything is in force' },
      facts: { pg_setting_value: [{}, { setting: 'ssl', value: 'on' }] },
      expect: [
        { resource: 'password_encryption', status: 'ok', reason: 'in_force' },
        { resource: 'ssl', status: 'ok', reason: 'in_force' },
      ],
    },
    {
      name: { de: 'eine Änderung wartet auf den Neustart', en: 'a change waits for the restart' },
      facts: { pg_setting_value: [{}, { setting: 'shared_preload_libraries', value: '', pendingRestart: true }] },
      expect: [
        { resource: 'password_encryption', status: 'ok', reason: 'in_force' },
        { resource: 'shared_preload_libraries', status: 'alarm', reason: 'pending_restart' },
      ],
    },
    {
      name: { de: 'auch die Voreinstellung kann warten', en: 'a default may be waiting too' },
      facts: {
        pg_setting_value: [{ setting: 'listen_addresses', value: '*', source: 'default', pendingRestart: true }],
      },
      expect: [{ resource: 'listen_addresses', status: 'alarm', reason: 'pending_restart' }],
    },
  ],
})
