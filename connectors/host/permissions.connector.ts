import { defineConnector } from '../../kernel/collect/connector.ts'
import type { PasswdEntry } from './accounts-parse.ts'
import { isLocal, isLoginShell, readAccounts } from './accounts-read.ts'
import { follow } from './permissions-follow.ts'

/**
 * Reads owner, group and mode of {@link WATCHED_PATHS}, and of the home, .ssh and authorized_keys of login accounts.
 *
 * A link is reported under its own path with the rights of what it leads to, because a link has none of its own.
 */
export const hostPermissionsConnector = defineConnector({
  id: 'host.permissions',
  system: 'host',
  produces: ['file_permission'],
  every: 'PT15M',
  needs: {
    de: '/etc/passwd und /etc/group lesen und die Ordner betreten, in denen die Dateien liegen (für fremde Homes root)',
    en: 'Read /etc/passwd and /etc/group and enter the folders of the files (root for the homes of others)',
  },

  async collect({ transport }, context) {
    const accounts = await readAccounts(transport)
    const paths = new Set([...WATCHED_PATHS, ...accounts.users.flatMap(pathsOf)])
    for (const path of paths) {
      context.signal.throwIfAborted()
      const stat = (await follow(transport, path))?.stat ?? (await transport.stat(path))
      if (stat === null) continue
      await context.emit('file_permission', {
        path: path.slice(0, 512),
        owner: accounts.ownerName(stat.uid),
        groupName: accounts.groupName(stat.gid),
        mode: stat.mode,
        kind: stat.kind,
      })
    }
  },
})

function pathsOf(user: PasswdEntry): string[] {
  if (!isLocal(user) || !isLoginShell(user.shell) || !user.home.startsWith('/')) return []
  const home = user.home.replace(/\/+$/, '')
  return [home === '' ? '/' : home, `${home}/.ssh`, `${home}/.ssh/authorized_keys`]
}

/** What is looked at on every host, where it exists. Homes of login accounts come on top. */
const WATCHED_PATHS: readonly string[] = [
  '/etc/passwd',
  '/etc/passwd-',
  '/etc/group',
  '/etc/group-',
  '/etc/shadow',
  '/etc/shadow-',
  '/etc/gshadow',
  '/etc/gshadow-',
  '/etc/sudoers',
  '/etc/sudoers.d',
  '/etc/ssh/sshd_config',
  '/etc/ssh/sshd_config.d',
  '/etc/crontab',
  '/etc/cron.d',
  '/etc/cron.daily',
  '/etc/cron.hourly',
  '/etc/cron.weekly',
  '/etc/cron.monthly',
  '/var/spool/cron/crontabs',
  '/root',
  '/root/.ssh',
  '/boot/grub/grub.cfg',
  '/etc/nftables.conf',
  '/tmp',
  '/var/tmp',
]
