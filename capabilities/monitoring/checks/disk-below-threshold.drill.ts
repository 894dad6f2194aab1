import { defineDrill } from '../../../kernel/drill/drill.ts'

export const diskBelowThresholdDrill = defineDrill({
  check: 'monitoring.disk-below-threshold',
  sandbox: 'host',
  title: {
    de: 'Ein Dateisystem läuft voll',
    en: 'A file system fills up',
  },
  expect: [{ resource: '/srv', reason: 'space' }],
  async break(host) {
    await host.write(
      '/run/bergfried-sandbox/df',
      ((await host.read('/run/bergfried-sandbox/df')) ?? '').replace('50%    8% /srv', '95%    8% /srv'),
    )
  },
  async mend(host) {
    await host.write(
      '/run/bergfried-sandbox/df',
      ((await host.read('/run/bergfried-sandbox/df')) ?? '').replace('95%    8% /srv', '50%    8% /srv'),
    )
  },
})
