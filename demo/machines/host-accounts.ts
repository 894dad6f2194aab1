import { hash } from 'node:crypto'
import type { Fact } from '../../facts/kinds.ts'
import type { DemoHost } from '../company.ts'
import { dayNumber, type FactsOf, isoDay } from '../facts-of.ts'
import { noiseBetween } from '../noise.ts'

const SYSTEM_ACCOUNTS = [
  ['daemon', 1, 1, '/usr/sbin', '/usr/sbin/nologin'],
  ['bin', 2, 2, '/bin', '/usr/sbin/nologin'],
  ['sync', 4, 65534, '/bin', '/bin/sync'],
  ['backup', 34, 34, '/var/backups', '/usr/sbin/nologin'],
  ['_apt', 42, 65534, '/nonexistent', '/usr/sbin/nologin'],
  ['sshd', 102, 65534, '/run/sshd', '/usr/sbin/nologin'],
  ['systemd-timesync', 997, 997, '/', '/usr/sbin/nologin'],
  ['systemd-network', 998, 998, '/', '/usr/sbin/nologin'],
  ['nobody', 65534, 65534, '/nonexistent', '/usr/sbin/nologin'],
] as const

/** The fingerprint of the key that a person has enrolled. It is a digest of the name: no such key exists. */
export const fingerprintOf = (person: string): string =>
  `SHA256:${hash('sha256', `demo key of ${person}`, 'base64').replace(/=+$/, '')}`

/** Accounts, groups, states of passwords, sudo and the keys that let people in. */
export function hostAccounts(host: DemoHost, at: Date): FactsOf {
  const people = [...host.admins, ...host.users]
  return {
    host_user: [
      user('root', 0, 0, '/root', '/bin/bash', false),
      ...SYSTEM_ACCOUNTS.map(([account, uid, gid, home, shell]) => user(account, uid, gid, home, shell, true)),
      ...people.map((person, n) => user(person, 1000 + n, 1000 + n, `/home/${person}`, '/bin/bash', false)),
    ],
    host_group: [
      group('root', 0, ['root']),
      group('adm', 4, host.admins),
      group('sudo', 27, host.admins),
      group('shadow', 42, []),
      group('ssl-cert', 106, []),
      ...people.map((person, n) => group(person, 1000 + n, [person])),
    ],
    host_password: [
      ...['root', ...SYSTEM_ACCOUNTS.map(([account]) => account)].map((account) =>
        password(account, 'disabled', null, '2026-01-12', 99_999),
      ),
      ...people.map((person) => password(person, 'set', 'yescrypt', changedOn(person, at), 365)),
    ],
    host_sudo_rule: [sudoRule(7, 'user', 'root'), sudoRule(8, 'group', 'sudo')],
    host_sudo_setting: [
      sudoSetting(1, 'env_reset', null),
      sudoSetting(2, 'secure_path', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'),
      sudoSetting(3, 'use_pty', null),
      sudoSetting(4, 'logfile', '/var/log/sudo.log'),
      sudoSetting(5, 'timestamp_timeout', '5'),
    ],
    ssh_authorized_key: people.map((person) => authorizedKey(person, person)),
    key_file: [
      keyFile('/etc/ssh/ssh_host_ed25519_key', 'root', 'root', '0600', 'ssh-host', 'ed25519', false),
      ...(host.role === 'edge'
        ? [keyFile('/etc/ssl/private/server.key', 'root', 'ssl-cert', '0640', 'tls', 'ecdsa', false)]
        : []),
      ...(host.role === 'bastion'
        ? host.users.map((person) =>
            keyFile(`/home/${person}/.ssh/id_ed25519`, person, person, '0600', 'ssh-user', 'ed25519', true),
          )
        : []),
    ],
  }
}

/** Passwords are changed once a year, each on a day of its own. */
function changedOn(person: string, at: Date): string {
  const today = dayNumber(at)
  return isoDay(new Date((today - ((today + noiseBetween(0, 364, 'password', person)) % 365)) * 86_400_000))
}

export const user = (
  account: string,
  uid: number,
  gid: number,
  home: string,
  shell: string,
  systemAccount: boolean,
): Fact<'host_user'> => ({ account, uid, gid, home, shell, loginShell: shell.endsWith('sh'), systemAccount })

const group = (groupName: string, gid: number, members: readonly string[]): Fact<'host_group'> => ({
  groupName,
  gid,
  members: [...members],
})

export const password = (
  account: string,
  state: Fact<'host_password'>['state'],
  scheme: string | null,
  changed: string,
  maxDays: number,
): Fact<'host_password'> => ({ account, state, scheme, changedOn: changed, maxDays, expiresOn: null })

const sudoRule = (line: number, subjectKind: 'user' | 'group', subject: string): Fact<'host_sudo_rule'> => ({
  file: '/etc/sudoers',
  line,
  subjectKind,
  subject,
  hosts: ['ALL'],
  runAs: ['ALL', ':ALL'],
  commands: ['ALL'],
  noPassword: false,
  tags: [],
})

const sudoSetting = (line: number, setting: string, value: string | null): Fact<'host_sudo_setting'> => ({
  file: '/etc/sudoers',
  line,
  scope: '',
  setting,
  value,
  negated: false,
})

/** A key of a person in the account of that or another one. */
export const authorizedKey = (account: string, person: string, line = 1): Fact<'ssh_authorized_key'> => ({
  account,
  file: `/home/${account}/.ssh/authorized_keys`,
  line,
  keyType: 'ssh-ed25519',
  bits: 256,
  fingerprint: fingerprintOf(person),
  comment: `${person}@demo`,
  options: [],
  certAuthority: false,
})

const keyFile = (
  path: string,
  owner: string,
  groupName: string,
  mode: string,
  purpose: Fact<'key_file'>['purpose'],
  keyType: string,
  encrypted: boolean,
): Fact<'key_file'> => ({ path, owner, groupName, mode, purpose, keyType, encrypted })
