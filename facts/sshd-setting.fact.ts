import { defineFact, line, name } from './fact.ts'

export const sshdSettingFact = defineFact({
  kind: 'sshd_setting',
  about: 'host',
  title: { de: 'Wirksame Einstellung des SSH-Diensts', en: 'Effective setting of the SSH service' },
  columns: {
    /** Criteria of the Match block, for example "user git"; empty for everybody else. */
    matching: name,
    keyword: name,
    value: line,
  },
  sample: {
    matching: '',
    keyword: 'permitrootlogin',
    value: 'no',
  },
})
