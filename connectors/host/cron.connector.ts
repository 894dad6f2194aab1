import { defineConnector } from '../../kernel/collect/connector.ts'
import { readAccounts } from './accounts-read.ts'
import { readJobs } from './cron-files.ts'
import { writabilityOf } from './cron-writable.ts'

/**
 * Reads what runs by the clock and whether strangers could replace it.
 *
 * One row per program of a job. Source: crontab(5), cron(8), anacrontab(5), run-parts(8), systemd.timer(5). Arguments,
 * variables and standard input of the commands are dropped. Jobs of at(1) and timers of users are not looked at.
 */
export const hostCronConnector = defineConnector({
  id: 'host.cron',
  system: 'host',
  produces: ['cron_job'],
  every: 'PT5M',
  needs: {
    de: '/etc/crontab, /etc/cron.*, die Crontabs aller Konten und die systemd-Units lesen (Crontabs: root)',
    en: 'Read /etc/crontab, /etc/cron.*, the crontabs of every account and the systemd units (crontabs: root)',
  },

  async collect({ transport }, context) {
    const writable = writabilityOf(transport, await readAccounts(transport))
    for (const { file, line, schedule, account, programs } of await readJobs(transport)) {
      context.signal.throwIfAborted()
      for (const program of programs) {
        await context.emit('cron_job', {
          file: file.slice(0, 512),
          line,
          schedule: schedule.slice(0, 512),
          account: account.slice(0, 512),
          program: program.slice(0, 4096),
          writableByOthers: await writable(program, account),
        })
      }
    }
  },
})
