import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type { GoodFile } from './good-file.ts'
import { goodHostPackages } from './good-host-packages.ts'
import { opensshKeyPair } from './openssh-key.ts'
import { ADA_PUBLIC_KEY } from './sandbox-register.ts'

/** Default deny; the administration network reaches SSH, nobody else anything. */
export const GOOD_RULESET = `table inet filter {
  chain input {
    type filter hook input priority 0; policy drop;
    ct state established,related accept
    ct state invalid drop
    iifname "lo" accept
    meta l4proto { icmp, ipv6-icmp } accept
    ip saddr 10.20.0.0/24 tcp dport 22 accept comment "ssh from the administration network"
  }
  chain forward {
    type filter hook forward priority 0; policy drop;
  }
  chain output {
    type filter hook output priority 0; policy accept;
  }
}
`

const SHADOW_GID = 42
const SSL_CERT_GID = 106
const CRONTAB_GID = 107

/** What lies in /etc, /home and so on of a well-kept Debian 12. `root`: where it will lie, for sshd, which reads its host key. */
export function goodHostFiles(root: string, now: Date): readonly GoodFile[] {
  return [...accounts(now), ...sudo(), ...ssh(root), ...keys(), ...cron(), ...firewall(), ...goodHostPackages(now)]
}

function accounts(now: Date): GoodFile[] {
  const passwd = [
    'root:x:0:0:root:/root:/bin/bash',
    'daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin',
    'bin:x:2:2:bin:/bin:/usr/sbin/nologin',
    'sync:x:4:65534:sync:/bin:/bin/sync',
    'backup:x:34:34:backup:/var/backups:/usr/sbin/nologin',
    '_apt:x:42:65534::/nonexistent:/usr/sbin/nologin',
    'sshd:x:102:65534::/run/sshd:/usr/sbin/nologin',
    'systemd-timesync:x:997:997:systemd Time Synchronization:/:/usr/sbin/nologin',
    'systemd-network:x:998:998:systemd Network Management:/:/usr/sbin/nologin',
    'ada:x:1000:1000:ada,,,:/home/ada:/bin/bash',
    'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin',
  ]
  const group = [
    'root:x:0:',
    'daemon:x:1:',
    'bin:x:2:',
    'adm:x:4:ada',
    'sudo:x:27:',
    'backup:x:34:',
    `shadow:x:${SHADOW_GID}:`,
    `ssl-cert:x:${SSL_CERT_GID}:ada`,
    `crontab:x:${CRONTAB_GID}:`,
    'systemd-timesync:x:997:',
    'systemd-network:x:998:',
    'ada:x:1000:',
    'nogroup:x:65534:',
  ]
  // Looks like a yescrypt hash; no password is behind it.
  const hash = `$y$j9T$${filler(22)}$${filler(43)}`
  const changed = Math.floor(now.getTime() / 86_400_000) - 60
  const shadow = passwd.map((entry) => {
    const name = entry.split(':')[0] ?? ''
    const field = name === 'ada' ? hash : name === 'root' ? '!' : '*'
    return `${name}:${field}:${changed}:0:${name === 'ada' ? 365 : 99999}:7:::`
  })
  const gshadow = group.map((entry) => `${entry.split(':')[0]}:*::${entry.split(':')[3]}`)
  return [
    file('/etc/passwd', lines(passwd)),
    file('/etc/passwd-', lines(passwd)),
    file('/etc/group', lines(group)),
    file('/etc/group-', lines(group)),
    file('/etc/shadow', lines(shadow), '0640', 0, SHADOW_GID),
    file('/etc/shadow-', lines(shadow), '0640', 0, SHADOW_GID),
    file('/etc/gshadow', lines(gshadow), '0640', 0, SHADOW_GID),
    file('/etc/gshadow-', lines(gshadow), '0640', 0, SHADOW_GID),
    file(
      '/etc/login.defs',
      'UID_MIN 1000\nUID_MAX 60000\nSYS_UID_MIN 100\nSYS_UID_MAX 999\nENCRYPT_METHOD YESCRYPT\nUMASK 027\n',
    ),
    file('/etc/nsswitch.conf', 'passwd: files\ngroup: files\nshadow: files\n'),
    file('/etc/shells', '/bin/sh\n/bin/bash\n'),
    { kind: 'folder', path: '/root', mode: '0700' },
    { kind: 'folder', path: '/home' },
    { kind: 'folder', path: '/home/ada', mode: '0700', uid: 1000, gid: 1000 },
    { kind: 'folder', path: '/tmp', mode: '1777' },
    { kind: 'folder', path: '/var/tmp', mode: '1777' },
    { kind: 'folder', path: '/var/log' },
    { kind: 'folder', path: '/var/backups' },
  ]
}

function sudo(): GoodFile[] {
  const sudoers = [
    'Defaults\tenv_reset',
    'Defaults\tsecure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"',
    'Defaults\tuse_pty',
    'Defaults\tlogfile="/var/log/sudo.log"',
    'Defaults\ttimestamp_timeout=5',
    '',
    'root\tALL=(ALL:ALL) ALL',
    'ada\tALL=(ALL:ALL) ALL',
    '',
    '@includedir /etc/sudoers.d',
  ]
  return [
    file('/etc/sudoers', lines(sudoers), '0440'),
    { kind: 'folder', path: '/etc/sudoers.d', mode: '0750' },
    file('/etc/sudoers.d/README', '# Files here are read by sudo. Edit them with visudo -f.\n', '0440'),
  ]
}

function ssh(root: string): GoodFile[] {
  const hostKey = opensshKeyPair('root@sandbox')
  const config = [
    'Port 22',
    `HostKey ${root}/etc/ssh/ssh_host_ed25519_key`,
    'PermitRootLogin no',
    'PubkeyAuthentication yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitEmptyPasswords no',
    'HostbasedAuthentication no',
    'IgnoreRhosts yes',
    'GSSAPIAuthentication no',
    'UsePAM yes',
    'StrictModes yes',
    'LogLevel VERBOSE',
    'MaxAuthTries 3',
    'MaxSessions 4',
    'MaxStartups 10:30:60',
    'LoginGraceTime 30',
    'ClientAliveInterval 300',
    'ClientAliveCountMax 3',
    'X11Forwarding no',
    'AllowTcpForwarding no',
    'AllowAgentForwarding no',
    'PermitTunnel no',
    'PermitUserEnvironment no',
    'KexAlgorithms sntrup761x25519-sha512@openssh.com,curve25519-sha256,curve25519-sha256@libssh.org,diffie-hellman-group16-sha512',
    'Ciphers chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes128-gcm@openssh.com,aes256-ctr',
    'MACs hmac-sha2-512-etm@openssh.com,hmac-sha2-256-etm@openssh.com,umac-128-etm@openssh.com',
    'HostKeyAlgorithms ssh-ed25519,rsa-sha2-512,rsa-sha2-256',
    'PubkeyAcceptedAlgorithms ssh-ed25519,sk-ssh-ed25519@openssh.com,ecdsa-sha2-nistp256,rsa-sha2-512,rsa-sha2-256',
    'HostbasedAcceptedAlgorithms ssh-ed25519,rsa-sha2-512',
    'CASignatureAlgorithms ssh-ed25519,rsa-sha2-512',
    'Subsystem sftp internal-sftp',
  ]
  return [
    file('/etc/ssh/sshd_config', lines(config), '0600'),
    file('/etc/ssh/ssh_host_ed25519_key', hostKey.privateKey, '0600'),
    file('/etc/ssh/ssh_host_ed25519_key.pub', `${hostKey.publicKey}\n`),
    file('/usr/sbin/sshd', '', '0755'),
    { kind: 'folder', path: '/home/ada/.ssh', mode: '0700', uid: 1000, gid: 1000 },
    file('/home/ada/.ssh/authorized_keys', `${ADA_PUBLIC_KEY}\n`, '0600', 1000, 1000),
  ]
}

function keys(): GoodFile[] {
  const own = opensshKeyPair('ada@sandbox', true)
  const tls = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString()
  return [
    file('/home/ada/.ssh/id_ed25519', own.privateKey, '0600', 1000, 1000),
    file('/home/ada/.ssh/id_ed25519.pub', `${own.publicKey}\n`, '0644', 1000, 1000),
    { kind: 'folder', path: '/etc/ssl/private', mode: '0710', gid: SSL_CERT_GID },
    file('/etc/ssl/private/server.key', tls, '0640', 0, SSL_CERT_GID),
  ]
}

function cron(): GoodFile[] {
  const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
  return [
    file(
      '/etc/crontab',
      lines(['SHELL=/bin/sh', path, '17 *\t* * *\troot\tcd / && run-parts --report /etc/cron.hourly']),
      '0600',
    ),
    file('/etc/cron.d/backup', '30 2 * * * root /usr/local/sbin/backup\n', '0600'),
    ...['/etc/cron.d', '/etc/cron.hourly', '/etc/cron.daily', '/etc/cron.weekly', '/etc/cron.monthly'].map(
      (folder): GoodFile => ({ kind: 'folder', path: folder, mode: '0700' }),
    ),
    { kind: 'folder', path: '/var/spool/cron/crontabs', mode: '1730', gid: CRONTAB_GID },
    file('/usr/local/sbin/backup', '#!/bin/sh\nexit 0\n', '0755'),
  ]
}

function firewall(): GoodFile[] {
  const unit = '/lib/systemd/system/nftables.service'
  return [
    file('/etc/nftables.conf', `#!/usr/sbin/nft -f\n\nflush ruleset\n\n${GOOD_RULESET}`),
    file(
      unit,
      '[Unit]\nDescription=nftables\n\n[Service]\nType=oneshot\nExecStart=/usr/sbin/nft -f /etc/nftables.conf\n',
    ),
    { kind: 'link', path: '/etc/systemd/system/sysinit.target.wants/nftables.service', target: unit },
  ]
}

function file(path: string, content: string, mode = '0644', uid = 0, gid = 0): GoodFile {
  return { kind: 'file', path, content, mode, uid, gid }
}

const lines = (all: readonly string[]): string => `${all.join('\n')}\n`

const filler = (length: number): string => randomBytes(length).toString('hex').slice(0, length)
