import { defineFact, name, names } from './fact.ts'

export const privilegedProcessFact = defineFact({
  kind: 'privileged_process',
  about: 'host',
  title: { de: 'Prozess mit Sonderrechten', en: 'Process with special rights' },
  columns: {
    process: name,
    account: name,
    /** Effective capabilities of a process that does not run as root, for example cap_net_admin. */
    capabilities: names,
  },
  sample: {
    process: 'networkd',
    account: 'systemd-network',
    capabilities: ['cap_net_admin'],
  },
})
