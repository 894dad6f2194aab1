import * as z from 'zod'
import { count, defineFact, name, names } from './fact.ts'

export const hostSudoRuleFact = defineFact({
  kind: 'host_sudo_rule',
  about: 'host',
  title: { de: 'sudo-Regel', en: 'sudo rule' },
  columns: {
    file: name,
    line: count,
    subjectKind: z.enum(['user', 'group', 'uid', 'gid', 'netgroup', 'everyone']),
    subject: name,
    hosts: names,
    runAs: names,
    /** Commands after alias expansion; ALL, paths, and "!" for exclusions. */
    commands: names,
    noPassword: z.boolean(),
    tags: names,
  },
  sample: {
    file: '/etc/sudoers',
    line: 27,
    subjectKind: 'group',
    subject: 'sudo',
    hosts: ['ALL'],
    runAs: ['ALL'],
    commands: ['ALL'],
    noPassword: false,
    tags: [],
  },
})
