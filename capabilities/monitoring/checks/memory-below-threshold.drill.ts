import { defineDrill } from '../../../kernel/drill/drill.ts'

export const memoryBelowThresholdDrill = defineDrill({
  check: 'monitoring.memory-below-threshold',
  sandbox: 'host',
  title: {
    de: 'Der Arbeitsspeicher geht aus',
    en: 'Memory runs out',
  },
  expect: [{ resource: 'memory', reason: 'above' }],
  async break(host) {
    await host.write(
      '/proc/meminfo',
      ((await host.read('/proc/meminfo')) ?? '').replace('MemAvailable:    2900000 kB', 'MemAvailable:      40000 kB'),
    )
  },
  async mend(host) {
    await host.write(
      '/proc/meminfo',
      ((await host.read('/proc/meminfo')) ?? '').replace('MemAvailable:      40000 kB', 'MemAvailable:    2900000 kB'),
    )
  },
})
