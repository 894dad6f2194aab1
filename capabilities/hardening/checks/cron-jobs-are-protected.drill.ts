import { defineDrill } from '../../../kernel/drill/drill.ts'

export const cronJobsAreProtectedDrill = defineDrill({
  check: 'hardening.cron-jobs-are-protected',
  sandbox: 'host',
  title: {
    de: 'Jeder kann ändern, was root jede Nacht ausführt',
    en: 'Everybody can change what root runs every night',
  },
  expect: [{ resource: '/etc/cron.d/backup:1', reason: 'writable_by_others' }],
  async break(host) {
    await host.chmod('/usr/local/sbin/backup', '0777')
  },
  async mend(host) {
    await host.chmod('/usr/local/sbin/backup', '0755')
  },
})
