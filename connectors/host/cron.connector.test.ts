import { describe, expect, it } from 'vitest'
import { collectFacts, memoryFiles } from '../../kernel/testing/collect-facts.ts'
import { type MemoryEntry, memoryTransport } from '../../kernel/testing/memory-transport.ts'
import { hostCronConnector } from './cron.connector.ts'

const debian = memoryFiles(new URL('../../fixtures/host-accounts/debian-12', import.meta.url).pathname)
const collect = (files: Record<string, MemoryEntry>) =>
  collectFacts(hostCronConnector, memoryTransport({ files: { ...debian, ...files } }))
const shown = async (files: Record<string, MemoryEntry>, file: RegExp = /./) =>
  (await collect(files))
    .rows('cron_job')
    .filter((row) => file.test(row.file))
    .map((row) => Object.values(row).join(' | '))

it('reads the crontabs of a Debian host', async () => {
  const found = await collect({ '/opt/shop/bin/sync': { content: '', mode: '0755' } })
  expect(found.rows('cron_job').map((row) => Object.values(row).join(' | '))).toEqual([
    '/etc/crontab | 18 | 17 * * * * | root | cd | ',
    '/etc/crontab | 19 | 25 6 * * * | root | test | ',
    '/etc/crontab | 20 | 47 6 * * 7 | root | test | ',
    '/etc/crontab | 21 | 52 6 1 * * | root | test | ',
    '/etc/anacrontab | 3 | @every 1d | root | run-parts | ',
    '/etc/anacrontab | 4 | @monthly | root | nice | ',
    '/etc/cron.d/e2scrub_all | 1 | 30 3 * * 0 | root | test | ',
    '/etc/cron.d/e2scrub_all | 1 | 30 3 * * 0 | root | /usr/lib/x86_64-linux-gnu/e2fsprogs/e2scrub_all_cron | ',
    '/etc/cron.d/e2scrub_all | 2 | 10 3 * * * | root | test | ',
    '/etc/cron.d/e2scrub_all | 2 | 10 3 * * * | root | /sbin/e2scrub_all | ',
    '/etc/cron.d/shop | 3 | */5 * * * * | www-data | /opt/shop/bin/sync | false',
    '/etc/cron.d/shop | 4 | @reboot | root | [ | ',
    '/etc/cron.d/shop | 4 | @reboot | root | /usr/local/sbin/warm | ',
    '/etc/cron.d/shop | 5 | 0 3 * * mon-fri | ada | /home/ada/my jobs/report | ',
    '/etc/cron.d/shop | 6 | 30 4 1,15 * * | root | cd | ',
  ])
  for (const secret of ['hunter2', 's3cr3t', 'stdin-secret', 'abc', 'never']) expect(found.text).not.toContain(secret)
})

it('reads crontabs of users and the scripts that run-parts takes', async () => {
  const files: Record<string, MemoryEntry> = {
    '/var/spool/cron/crontabs/ada': '*/5 * * * * /home/ada/run --key x\n',
    '/var/spool/cron/crontabs/tmp.abc': '* * * * * /bin/no\n',
    '/var/spool/cron/bert': '@daily /bin/b\n',
    '/etc/cron.daily/clean': { content: '', mode: '0755' },
    '/etc/cron.daily/linked': { link: '/opt/linked' },
    '/opt/linked': { content: '', mode: '0755', uid: 1000 },
    '/etc/cron.daily/not-executable': '',
    '/etc/cron.daily/with.dot': { content: '', mode: '0755' },
    '/etc/cron.hourly/folder': { folder: true },
  }
  expect(await shown(files, /spool|daily|hourly/)).toEqual([
    '/var/spool/cron/crontabs/ada | 1 | */5 * * * * | ada | /home/ada/run | ',
    '/var/spool/cron/bert | 1 | @daily | bert | /bin/b | ',
    '/etc/cron.daily/clean | 0 | @daily | root | /etc/cron.daily/clean | false',
    '/etc/cron.daily/linked | 0 | @daily | root | /etc/cron.daily/linked | true',
  ])
})

it('fails where a crontab may not be read', async () => {
  await expect(collect({ '/var/spool/cron/crontabs': { folder: true, denied: true } })).rejects.toMatchObject({
    code: 'collect.denied',
  })
})

describe('timers', () => {
  const units: Record<string, MemoryEntry> = {
    '/etc/systemd/system/timers.target.wants/a.timer': { link: '/usr/lib/systemd/system/a.timer' },
    '/usr/lib/systemd/system/a.timer': '[Timer]\nOnCalendar=daily\n',
    '/usr/lib/systemd/system/a.service':
      '[Service]\nUser=www-data\nExecStart=-/bin/a --token t0ken\nExecStart=+/bin/b\n',
    '/usr/lib/systemd/system/off.timer': '[Timer]\nOnCalendar=daily\n',
    '/etc/systemd/system/timers.target.wants/masked.timer': { link: '/usr/lib/systemd/system/masked.timer' },
    '/etc/systemd/system/masked.timer': { link: '/dev/null' },
    '/dev/null': { other: true },
    '/usr/lib/systemd/system/masked.timer': '[Timer]\nOnCalendar=daily\n',
    '/run/systemd/system/x.target.wants/inst@7.timer': { link: '/usr/lib/systemd/system/inst@.timer' },
    '/usr/lib/systemd/system/inst@.timer': '[Timer]\nOnBootSec=5min\nOnUnitActiveSec=1h\nUnit=other.service\n',
    '/usr/lib/systemd/system/other.service': '[Service]\nExecStart=/bin/o\n',
    '/etc/systemd/system/other.service.d/10.conf': '[Service]\nExecStart=\nExecStart=/bin/changed\nUser=ada\n',
    '/etc/systemd/system/timers.target.wants/lone.timer': { link: 'gone' },
    '/etc/systemd/system/lone.timer': '\n[Timer]\nOnCalendar=Sun 03:00\n',
  }

  it('are read when something wants them, with what they start, drop-ins and masks respected', async () => {
    expect(await shown(units, /timer/)).toEqual([
      '/usr/lib/systemd/system/a.timer | 2 | daily | www-data | /bin/a | ',
      '/usr/lib/systemd/system/a.timer | 2 | daily | root | /bin/b | ',
      '/usr/lib/systemd/system/inst@.timer | 2 | OnBootSec=5min; OnUnitActiveSec=1h | ada | /bin/changed | ',
      '/etc/systemd/system/lone.timer | 3 | Sun 03:00 | root | lone.service | ',
    ])
    expect((await collect(units)).text).not.toContain('t0ken')
  })
})

describe('a program is writable by others', () => {
  const writable = async (program: string, files: Record<string, MemoryEntry>, account = 'root') => {
    const rows = (await collect({ '/etc/cron.d/job': `* * * * * ${account} ${program}\n`, ...files })).rows('cron_job')
    return rows.find((row) => row.file === '/etc/cron.d/job')?.writableByOthers
  }
  const good: MemoryEntry = { content: '', mode: '0755' }

  it.each<[string, boolean | null, Record<string, MemoryEntry>, string?]>([
    ['not: root owns everything', false, { '/opt/a/p': good }],
    ['by its mode', true, { '/opt/a/p': { content: '', mode: '0757' } }],
    ['by its owner', true, { '/opt/a/p': { content: '', mode: '0755', uid: 1000 } }],
    ['not: the owner is the account of the job', false, { '/opt/a/p': { content: '', uid: 1000 } }, 'ada'],
    ['by a folder above it', true, { '/opt': { folder: true, mode: '0777' }, '/opt/a/p': good }],
    ['not: the folder is sticky', false, { '/opt': { folder: true, mode: '1777' }, '/opt/a/p': good }],
    ['by the owner of a folder above it', true, { '/opt/a': { folder: true, uid: 1001 }, '/opt/a/p': good }, 'ada'],
    ['by a group with others in it', true, { '/opt/a/p': { content: '', mode: '0775', gid: 27 } }],
    [
      'by a group with others in it, for one of them too',
      true,
      { '/opt/a/p': { content: '', mode: '0775', gid: 27 } },
      'ada',
    ],
    ['not: the group has nobody else', false, { '/opt/a/p': { content: '', mode: '0775', gid: 1000 } }, 'ada'],
    ['by a group that nobody knows', true, { '/opt/a/p': { content: '', mode: '0775', gid: 4711 } }],
    ['behind a link', true, { '/opt/a/p': { link: '../b' }, '/opt/b': { content: '', mode: '0777' } }],
    ['not: the mode of a link says nothing', false, { '/opt/a/p': { link: '/opt/b' }, '/opt/b': good }],
    [
      'behind a linked folder',
      true,
      { '/opt/a': { link: '/srv/x' }, '/srv': { folder: true, mode: '0777' }, '/srv/x/p': good },
    ],
    ['unknown: it is not there', null, { '/opt/a': { folder: true } }],
    ['as soon as its folder is, even before it is there', true, { '/opt/a': { folder: true, mode: '0777' } }],
    [
      'unknown: links go round in circles',
      null,
      { '/opt/a/p': { link: '/opt/a/q' }, '/opt/a/q': { link: '/opt/a/p' } },
    ],
  ])('%s', async (_what, expected, files, account) => {
    expect(await writable('/opt/a/p', files, account)).toBe(expected)
  })

  it('unknown for a name without a path', async () => {
    expect(await writable('backup', {})).toBeNull()
  })
})
