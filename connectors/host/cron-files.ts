import type { HostTransport } from '../../kernel/collect/transport.ts'
import { type CronJob, parseAnacrontab, parseCrontab } from './cron-table.ts'
import { readTimers } from './cron-timers.ts'
import { follow } from './permissions-follow.ts'

interface LocatedJob extends CronJob {
  readonly file: string
}

const PERIODS = ['hourly', 'daily', 'weekly', 'monthly']

/** Names that run-parts(8) and cron take in their folders: no dot, no tilde. */
const PLAIN_NAME = /^[A-Za-z0-9_-]+$/

/**
 * Everything that cron, anacron and systemd timers start: /etc/crontab, /etc/cron.d, crontabs of users, /etc/anacrontab,
 * scripts in /etc/cron.hourly and its siblings (line 0, because the whole file is the job), enabled timers.
 *
 * @throws what the transport throws
 */
export async function readJobs(transport: HostTransport): Promise<LocatedJob[]> {
  const jobs: LocatedJob[] = []
  const take = (file: string, found: readonly CronJob[]) => jobs.push(...found.map((job) => ({ file, ...job })))

  take('/etc/crontab', parseCrontab(await content(transport, '/etc/crontab'), null))
  take('/etc/anacrontab', parseAnacrontab(await content(transport, '/etc/anacrontab')))
  for (const name of (await transport.list('/etc/cron.d')) ?? []) {
    if (PLAIN_NAME.test(name))
      take(`/etc/cron.d/${name}`, parseCrontab(await content(transport, `/etc/cron.d/${name}`), null))
  }
  // Debian keeps the crontabs of users in a folder of their own, others one level higher.
  for (const folder of ['/var/spool/cron/crontabs', '/var/spool/cron']) {
    for (const name of (await transport.list(folder)) ?? []) {
      if (name.startsWith('.') || name.startsWith('tmp.')) continue
      take(`${folder}/${name}`, parseCrontab(await content(transport, `${folder}/${name}`), name))
    }
  }
  for (const period of PERIODS) {
    const folder = `/etc/cron.${period}`
    for (const name of (await transport.list(folder)) ?? []) {
      const stat = PLAIN_NAME.test(name) ? (await follow(transport, `${folder}/${name}`))?.stat : undefined
      if (stat?.kind !== 'file' || (Number.parseInt(stat.mode, 8) & 0o111) === 0) continue
      take(`${folder}/${name}`, [{ line: 0, schedule: `@${period}`, account: 'root', programs: [`${folder}/${name}`] }])
    }
  }
  for (const { file, ...job } of await readTimers(transport)) take(file, [job])
  return jobs
}

/** Text of a regular file, or nothing: cron reads no other kind. */
async function content(transport: HostTransport, file: string): Promise<string> {
  return (await follow(transport, file))?.stat.kind === 'file' ? ((await transport.readFile(file)) ?? '') : ''
}
