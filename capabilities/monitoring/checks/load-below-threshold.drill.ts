import { defineDrill } from '../../../kernel/drill/drill.ts'

export const loadBelowThresholdDrill = defineDrill({
  check: 'monitoring.load-below-threshold',
  sandbox: 'host',
  title: {
    de: 'Auf zwei Prozessoren warten zwanzig Prozesse',
    en: 'Twenty processes wait for two processors',
  },
  expect: [{ resource: 'load', reason: 'above' }],
  async break(host) {
    await host.write('/proc/loadavg', ((await host.read('/proc/loadavg')) ?? '').replace(' 0.30 ', ' 20.00 '))
  },
  async mend(host) {
    await host.write('/proc/loadavg', ((await host.read('/proc/loadavg')) ?? '').replace(' 20.00 ', ' 0.30 '))
  },
})
