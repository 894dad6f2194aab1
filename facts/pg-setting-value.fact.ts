import * as z from 'zod'
import { defineFact, line, name } from './fact.ts'

export const pgSettingValueFact = defineFact({
  kind: 'pg_setting_value',
  about: 'postgres',
  title: { de: 'PostgreSQL-Einstellung', en: 'PostgreSQL setting' },
  columns: {
    setting: name,
    value: line,
    source: name,
    pendingRestart: z.boolean(),
  },
  sample: {
    setting: 'password_encryption',
    value: 'scram-sha-256',
    source: 'configuration file',
    pendingRestart: false,
  },
})
