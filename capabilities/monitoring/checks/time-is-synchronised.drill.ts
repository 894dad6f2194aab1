import { defineDrill } from '../../../kernel/drill/drill.ts'

export const timeIsSynchronisedDrill = defineDrill({
  check: 'monitoring.time-is-synchronised',
  sandbox: 'host',
  title: {
    de: 'Der Zeitdienst läuft, erreicht aber keine Quelle',
    en: 'The time service runs but reaches no source',
  },
  expect: [{ resource: 'clock', reason: 'not_synchronised' }],
  async break(host) {
    await host.remove('/run/systemd/timesync/synchronized')
  },
  async mend(host) {
    await host.write('/run/systemd/timesync/synchronized', '')
  },
})
