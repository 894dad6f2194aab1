import { defineFact, name } from './fact.ts'

export const systemdUnitFact = defineFact({
  kind: 'systemd_unit',
  about: 'host',
  title: { de: 'systemd-Einheit', en: 'systemd unit' },
  columns: {
    unit: name,
    active: name,
    sub: name,
    enabled: name.nullable(),
  },
  sample: {
    unit: 'ssh.service',
    active: 'active',
    sub: 'running',
    enabled: 'enabled',
  },
})
