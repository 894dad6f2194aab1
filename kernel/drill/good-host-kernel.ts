import type { GoodFile } from './good-file.ts'

const SYSCTL: Readonly<Record<string, string>> = {
  'dev.tty.ldisc_autoload': '0',
  'fs.protected_fifos': '2',
  'fs.protected_hardlinks': '1',
  'fs.protected_regular': '2',
  'fs.protected_symlinks': '1',
  'fs.suid_dumpable': '0',
  'kernel.dmesg_restrict': '1',
  'kernel.kexec_load_disabled': '1',
  'kernel.kptr_restrict': '2',
  'kernel.modules_disabled': '0',
  'kernel.osrelease': '6.1.0-40-amd64',
  'kernel.perf_event_paranoid': '3',
  'kernel.randomize_va_space': '2',
  'kernel.sysrq': '0',
  'kernel.unprivileged_bpf_disabled': '1',
  'kernel.unprivileged_userns_clone': '0',
  'kernel.yama.ptrace_scope': '1',
  'net.core.bpf_jit_harden': '2',
  'net.ipv4.conf.all.accept_redirects': '0',
  'net.ipv4.conf.all.accept_source_route': '0',
  'net.ipv4.conf.all.log_martians': '1',
  'net.ipv4.conf.all.rp_filter': '1',
  'net.ipv4.conf.all.secure_redirects': '0',
  'net.ipv4.conf.all.send_redirects': '0',
  'net.ipv4.conf.default.accept_redirects': '0',
  'net.ipv4.conf.default.accept_source_route': '0',
  'net.ipv4.conf.default.log_martians': '1',
  'net.ipv4.conf.default.rp_filter': '1',
  'net.ipv4.conf.default.secure_redirects': '0',
  'net.ipv4.conf.default.send_redirects': '0',
  'net.ipv4.icmp_echo_ignore_broadcasts': '1',
  'net.ipv4.icmp_ignore_bogus_error_responses': '1',
  'net.ipv4.ip_forward': '0',
  'net.ipv4.tcp_rfc1337': '1',
  'net.ipv4.tcp_syncookies': '1',
  'net.ipv6.conf.all.accept_ra': '0',
  'net.ipv6.conf.all.accept_redirects': '0',
  'net.ipv6.conf.all.accept_source_route': '0',
  'net.ipv6.conf.all.forwarding': '0',
  'net.ipv6.conf.default.accept_ra': '0',
  'net.ipv6.conf.default.accept_redirects': '0',
  'net.ipv6.conf.default.accept_source_route': '0',
  'vm.mmap_min_addr': '65536',
}

const MOUNTS = [
  'sysfs /sys sysfs rw,nosuid,nodev,noexec,relatime 0 0',
  'proc /proc proc rw,nosuid,nodev,noexec,relatime,hidepid=invisible 0 0',
  'udev /dev devtmpfs rw,nosuid,relatime 0 0',
  'tmpfs /run tmpfs rw,nosuid,nodev,noexec,relatime 0 0',
  '/dev/mapper/crypt-root / ext4 rw,relatime,errors=remount-ro 0 0',
  'tmpfs /dev/shm tmpfs rw,nosuid,nodev,noexec,relatime 0 0',
  'tmpfs /tmp tmpfs rw,nosuid,nodev,noexec,relatime 0 0',
  'tmpfs /var/tmp tmpfs rw,nosuid,nodev,noexec,relatime 0 0',
  '/dev/vda2 /boot ext4 rw,nosuid,nodev,relatime 0 0',
  '/dev/mapper/crypt-home /home ext4 rw,nosuid,nodev,relatime 0 0',
  '/dev/mapper/crypt-srv /srv ext4 rw,nosuid,nodev,relatime 0 0',
]

const VOLUMES = ['crypt-root', 'crypt-home', 'crypt-srv', 'crypt-swap']

const PROCESSES: readonly { pid: number; name: string; uid: number; caps: string; fd?: Record<string, string> }[] = [
  { pid: 1, name: 'systemd', uid: 0, caps: '000001ffffffffff' },
  // 25 is CAP_SYS_TIME, 12 is CAP_NET_ADMIN (capabilities(7)).
  { pid: 412, name: 'systemd-timesyn', uid: 997, caps: '0000000002000000' },
  { pid: 433, name: 'systemd-network', uid: 998, caps: '0000000000001000' },
  { pid: 641, name: 'cron', uid: 0, caps: '000001ffffffffff' },
  { pid: 650, name: 'sshd', uid: 0, caps: '000001ffffffffff', fd: { '3': 'socket:[10022]' } },
]

const SOCKETS = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'

/**
 * /proc, /sys, /run and disk usage of the sandbox host: encrypted volumes, synchronised time, nothing listening but
 * sshd (seen only where the sandbox has no network namespace of its own).
 */
export function goodHostKernelFiles(now: Date): readonly GoodFile[] {
  const file = (path: string, content: string): GoodFile => ({ kind: 'file', path, content })
  const booted = Math.floor(now.getTime() / 1000) - 3 * 86_400
  return [
    ...Object.entries(SYSCTL).map(([name, value]) => file(`/proc/sys/${name.replaceAll('.', '/')}`, `${value}\n`)),
    ...PROCESSES.flatMap(processFiles),
    file('/proc/mounts', `${MOUNTS.join('\n')}\n`),
    file(
      '/proc/swaps',
      'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n/dev/dm-3                               partition\t1048572\t\t0\t\t-2\n',
    ),
    file(
      '/proc/modules',
      'nf_tables 327680 0 - Live 0x0000000000000000\ndm_crypt 61440 4 - Live 0x0000000000000000\next4 983040 4 - Live 0x0000000000000000\n',
    ),
    file(
      '/proc/stat',
      `cpu  1000 0 500 90000 0 0 0 0 0 0\ncpu0 500 0 250 45000 0 0 0 0 0 0\ncpu1 500 0 250 45000 0 0 0 0 0 0\nbtime ${booted}\n`,
    ),
    file('/proc/cpuinfo', 'processor\t: 0\n\nprocessor\t: 1\n\n'),
    file('/proc/uptime', '259200.00 500000.00\n'),
    file('/proc/loadavg', '0.20 0.25 0.30 1/120 4711\n'),
    file(
      '/proc/meminfo',
      'MemTotal:        4028412 kB\nMemFree:         1200000 kB\nMemAvailable:    2900000 kB\nSwapTotal:       1048572 kB\nSwapFree:        1048572 kB\n',
    ),
    file('/proc/version', 'Linux version 6.1.0-40-amd64\n'),
    file(
      '/proc/net/tcp',
      `${SOCKETS}   0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 10022 1 0000000000000000 100 0 0 10 0\n`,
    ),
    file('/proc/net/tcp6', SOCKETS),
    file('/proc/net/udp', SOCKETS),
    file('/proc/net/udp6', SOCKETS),
    file('/proc/net/ip_tables_names', ''),
    file('/proc/net/ip6_tables_names', ''),
    ...VOLUMES.flatMap(volumeFiles),
    { kind: 'folder', path: '/sys/class/block/vda2' },
    file('/dev/vda2', ''),
    { kind: 'folder', path: '/run/systemd/system' },
    file('/run/systemd/timesync/synchronized', ''),
    file(
      '/run/bergfried-sandbox/df',
      [
        'Type  Use% IUse% Mounted on',
        'ext4   40%   12% /',
        'ext4   20%    1% /boot',
        'ext4   35%    5% /home',
        'ext4   50%    8% /srv',
        'tmpfs   1%    1% /run',
        '',
      ].join('\n'),
    ),
  ]
}

function processFiles(process: (typeof PROCESSES)[number]): GoodFile[] {
  const at = `/proc/${process.pid}`
  const ids = [process.uid, process.uid, process.uid, process.uid].join('\t')
  const status = [
    `Name:\t${process.name}`,
    'State:\tS (sleeping)',
    `Tgid:\t${process.pid}`,
    `Pid:\t${process.pid}`,
    'PPid:\t1',
    `Uid:\t${ids}`,
    `Gid:\t${ids}`,
    'CapInh:\t0000000000000000',
    `CapPrm:\t${process.caps}`,
    `CapEff:\t${process.caps}`,
    '',
  ]
  return [
    { kind: 'file', path: `${at}/comm`, content: `${process.name}\n` },
    { kind: 'file', path: `${at}/cmdline`, content: `${process.name}\0` },
    { kind: 'file', path: `${at}/status`, content: status.join('\n') },
    { kind: 'file', path: `${at}/maps`, content: '' },
    { kind: 'folder', path: `${at}/fd` },
    ...Object.entries(process.fd ?? {}).map(
      ([n, target]): GoodFile => ({ kind: 'link', path: `${at}/fd/${n}`, target }),
    ),
  ]
}

function volumeFiles(name: string, index: number): GoodFile[] {
  const type = name === 'crypt-swap' ? 'PLAIN' : 'LUKS2'
  return [
    { kind: 'file', path: `/dev/dm-${index}`, content: '' },
    { kind: 'link', path: `/dev/mapper/${name}`, target: `../dm-${index}` },
    {
      kind: 'file',
      path: `/sys/class/block/dm-${index}/dm/uuid`,
      content: `CRYPT-${type}-00000000000000000000000000000000-${name}\n`,
    },
    { kind: 'file', path: `/sys/class/block/dm-${index}/dm/name`, content: `${name}\n` },
    { kind: 'folder', path: `/sys/class/block/dm-${index}/slaves/vda${index + 3}` },
  ]
}
