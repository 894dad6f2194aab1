import type { Check } from '../../../../kernel/check/check.ts'
import type { Policy } from '../../../../kernel/policy/policy-schema.ts'

/** A policy of three promises: one that `check` measures, one that a person vouches for, one that nobody measures. */
export const smallPolicy = (check: Check): Policy => ({
  chapters: [{ id: 'TST', title: { de: 'Probe', en: 'Test' }, motto: { de: 'Probe.', en: 'Test.' }, order: 1 }],
  frameworks: [{ key: 'iso27001', name: { de: 'ISO 27001', en: 'ISO 27001' }, version: '2022' }],
  roles: [{ key: 'lead', title: { de: 'Leitung', en: 'Lead' } }],
  controls: [
    { ...PLAIN, id: 'TST-01', claim: { de: 'Alles ist null.', en: 'All is zero.' }, checks: [check.id] },
    {
      ...PLAIN,
      id: 'TST-02',
      claim: { de: 'Jemand bürgt.', en: 'Somebody vouches.' },
      attestations: [{ id: 'vouched', title: { de: 'Bürge', en: 'Vouched' }, validity: 'P1Y' }],
    },
    { ...PLAIN, id: 'TST-03', claim: { de: 'Niemand misst.', en: 'Nobody measures.' } },
  ],
})

const PLAIN = {
  chapter: 'TST',
  enforced: null,
  owner: 'lead',
  checks: [],
  attestations: [],
  freshness: 'PT24H',
  references: { iso27001: ['A.8.2'] },
  public: true,
}
