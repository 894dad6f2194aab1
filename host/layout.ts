import { join } from 'node:path'

/** Where everything lies on a host. All paths are absolute. */
export interface Layout {
  /** The account that sshd runs the command for principals as. */
  readonly commandAccount: string
  /** Members of this group, and nobody else, are accounts that this program makes and ends. */
  readonly managedGroup: string
  readonly settings: string
  readonly token: string
  /** The authority of the server's certificate, PEM. */
  readonly serverAuthority: string
  /** TrustedUserCAKeys. */
  readonly userAuthority: string
  readonly stateFolder: string
  readonly allowList: string
  readonly revoked: string
  readonly knownVersion: string
  /** The newest orders that were accepted, for root alone. */
  readonly orders: string
  /** Key ids whose end was ordered and has not been reached, for root alone. */
  readonly ending: string
  readonly runFolder: string
  /** What the command for principals writes: one file per connection. */
  readonly logins: string
  /** What this program found out about them, for root alone. */
  readonly seen: string
  readonly sudoersFolder: string
  readonly crontabs: readonly string[]
  readonly atJobs: readonly string[]
  readonly linger: string
  readonly sshd: string
  readonly sshdConfig: string
  readonly sshdPidFile: string
}

/** @param root `/` on a host; a folder in tests */
export function layoutOf(root: string): Layout {
  const at = (path: string): string => join(root, path)
  return {
    commandAccount: 'bergfried-host',
    managedGroup: 'bergfried',
    settings: at('etc/bergfried-host/host.json'),
    token: at('etc/bergfried-host/token'),
    serverAuthority: at('etc/bergfried-host/server-ca.pem'),
    userAuthority: at('etc/bergfried-host/user-ca.pub'),
    stateFolder: at('var/lib/bergfried-host'),
    allowList: at('var/lib/bergfried-host/allow-list'),
    revoked: at('var/lib/bergfried-host/revoked.krl'),
    knownVersion: at('var/lib/bergfried-host/known-version'),
    orders: at('var/lib/bergfried-host/orders.json'),
    ending: at('var/lib/bergfried-host/ending.json'),
    runFolder: at('run/bergfried-host'),
    logins: at('run/bergfried-host/logins'),
    seen: at('run/bergfried-host/seen'),
    sudoersFolder: at('etc/sudoers.d'),
    crontabs: [at('var/spool/cron/crontabs'), at('var/spool/cron')],
    atJobs: [at('var/spool/cron/atjobs'), at('var/spool/at')],
    linger: at('var/lib/systemd/linger'),
    sshd: '/usr/sbin/sshd',
    sshdConfig: at('etc/ssh/sshd_config'),
    sshdPidFile: at('run/sshd.pid'),
  }
}
