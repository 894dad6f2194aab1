import * as z from 'zod'
import { count, defineFact, line, name } from './fact.ts'

export const hostSudoSettingFact = defineFact({
  kind: 'host_sudo_setting',
  about: 'host',
  title: { de: 'sudo-Voreinstellung', en: 'sudo default' },
  columns: {
    file: name,
    line: count,
    scope: name,
    setting: name,
    value: line.nullable(),
    negated: z.boolean(),
  },
  sample: {
    file: '/etc/sudoers',
    line: 9,
    scope: '',
    setting: 'use_pty',
    value: null,
    negated: false,
  },
})
