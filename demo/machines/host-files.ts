import type { Fact } from '../../facts/kinds.ts'
import type { DemoHost } from '../company.ts'
import type { FactsOf } from '../facts-of.ts'

const FILES = [
  ['/etc/passwd', 'root', '0644', 'file'],
  ['/etc/passwd-', 'root', '0644', 'file'],
  ['/etc/group', 'root', '0644', 'file'],
  ['/etc/group-', 'root', '0644', 'file'],
  ['/etc/shadow', 'shadow', '0640', 'file'],
  ['/etc/shadow-', 'shadow', '0640', 'file'],
  ['/etc/gshadow', 'shadow', '0640', 'file'],
  ['/etc/gshadow-', 'shadow', '0640', 'file'],
  ['/etc/sudoers', 'root', '0440', 'file'],
  ['/etc/sudoers.d', 'root', '0750', 'folder'],
  ['/etc/ssh/sshd_config', 'root', '0600', 'file'],
  ['/etc/crontab', 'root', '0600', 'file'],
  ['/etc/cron.d', 'root', '0700', 'folder'],
  ['/etc/cron.daily', 'root', '0700', 'folder'],
  ['/etc/cron.hourly', 'root', '0700', 'folder'],
  ['/etc/cron.weekly', 'root', '0700', 'folder'],
  ['/etc/cron.monthly', 'root', '0700', 'folder'],
  ['/var/spool/cron/crontabs', 'crontab', '1730', 'folder'],
  ['/root', 'root', '0700', 'folder'],
  ['/etc/nftables.conf', 'root', '0644', 'file'],
  ['/tmp', 'root', '1777', 'folder'],
  ['/var/tmp', 'root', '1777', 'folder'],
] as const

const SETUID = [
  ['/usr/bin/chage', '2755', 'shadow', 'passwd'],
  ['/usr/bin/mount', '4755', 'root', 'util-linux'],
  ['/usr/bin/passwd', '4755', 'root', 'passwd'],
  ['/usr/bin/su', '4755', 'root', 'util-linux'],
  ['/usr/bin/sudo', '4755', 'root', 'sudo'],
] as const

const MOUNTS = [
  ['/proc', 'proc', 'proc', 'rw,nosuid,nodev,noexec,relatime,hidepid=invisible', null],
  ['/run', 'tmpfs', 'tmpfs', 'rw,nosuid,nodev,noexec,relatime', null],
  ['/', '/dev/mapper/crypt-root', 'ext4', 'rw,relatime,errors=remount-ro', true],
  ['/dev/shm', 'tmpfs', 'tmpfs', 'rw,nosuid,nodev,noexec,relatime', null],
  ['/tmp', 'tmpfs', 'tmpfs', 'rw,nosuid,nodev,noexec,relatime', null],
  ['/var/tmp', 'tmpfs', 'tmpfs', 'rw,nosuid,nodev,noexec,relatime', null],
  ['/boot', '/dev/vda2', 'ext4', 'rw,nosuid,nodev,relatime', false],
  ['/home', '/dev/mapper/crypt-home', 'ext4', 'rw,nosuid,nodev,relatime', true],
  ['/srv', '/dev/mapper/crypt-srv', 'ext4', 'rw,nosuid,nodev,relatime', true],
  ['swap:/dev/dm-3', '/dev/dm-3', 'swap', '', true],
] as const

/** Rights of files, setuid files, scheduled jobs and file systems of a well-kept host. */
export function hostFiles(host: DemoHost): FactsOf {
  const homes = [...host.admins, ...host.users].flatMap((person): Fact<'file_permission'>[] => [
    { path: `/home/${person}`, owner: person, groupName: person, mode: '0700', kind: 'folder' },
    { path: `/home/${person}/.ssh`, owner: person, groupName: person, mode: '0700', kind: 'folder' },
    { path: `/home/${person}/.ssh/authorized_keys`, owner: person, groupName: person, mode: '0600', kind: 'file' },
  ])
  return {
    file_permission: [
      ...FILES.map(([path, groupName, mode, kind]) => ({ path, owner: 'root', groupName, mode, kind })),
      ...homes,
    ],
    setuid_file: SETUID.map(([path, mode, groupName, from]) => ({
      path,
      mode,
      owner: 'root',
      groupName,
      package: from,
    })),
    cron_job: [
      job('/etc/crontab', 3, '17 * * * *', '/usr/bin/run-parts'),
      job('/etc/cron.d/backup', 1, '30 2 * * *', '/usr/local/sbin/backup'),
      ...(host.role === 'build' ? [job('/etc/cron.d/clean', 1, '0 5 * * *', '/usr/local/sbin/clean-builds')] : []),
    ],
    mount: MOUNTS.map(([target, source, type, options, encrypted]) => ({
      target,
      source,
      type,
      options: options === '' ? [] : options.split(','),
      encrypted,
    })),
  }
}

const job = (file: string, line: number, schedule: string, program: string): Fact<'cron_job'> => ({
  file,
  line,
  schedule,
  account: 'root',
  program,
  writableByOthers: false,
})
