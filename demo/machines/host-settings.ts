import type { FactsOf } from '../facts-of.ts'

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
  'kernel.perf_event_paranoid': '3',
  'kernel.randomize_va_space': '2',
  'kernel.sysrq': '0',
  'kernel.unprivileged_bpf_disabled': '1',
  'kernel.yama.ptrace_scope': '1',
  'net.core.bpf_jit_harden': '2',
  'net.ipv4.icmp_echo_ignore_broadcasts': '1',
  'net.ipv4.icmp_ignore_bogus_error_responses': '1',
  'net.ipv4.ip_forward': '0',
  'net.ipv4.tcp_syncookies': '1',
  'net.ipv6.conf.all.forwarding': '0',
  'vm.mmap_min_addr': '65536',
  'vm.unprivileged_userfaultfd': '0',
}

/** Parameters of every interface: for those that are there (`all`) and those to come (`default`). */
const PER_INTERFACE: Readonly<Record<string, string>> = {
  'net.ipv4.conf.{}.accept_redirects': '0',
  'net.ipv4.conf.{}.accept_source_route': '0',
  'net.ipv4.conf.{}.log_martians': '1',
  'net.ipv4.conf.{}.rp_filter': '1',
  'net.ipv4.conf.{}.secure_redirects': '0',
  'net.ipv4.conf.{}.send_redirects': '0',
  'net.ipv6.conf.{}.accept_redirects': '0',
  'net.ipv6.conf.{}.accept_source_route': '0',
}

const SSHD: Readonly<Record<string, string>> = {
  port: '22',
  usepam: 'yes',
  logingracetime: '30',
  maxauthtries: '3',
  maxsessions: '4',
  maxstartups: '10:30:60',
  clientaliveinterval: '300',
  clientalivecountmax: '3',
  permitrootlogin: 'no',
  ignorerhosts: 'yes',
  hostbasedauthentication: 'no',
  pubkeyauthentication: 'yes',
  gssapiauthentication: 'no',
  passwordauthentication: 'no',
  kbdinteractiveauthentication: 'no',
  permitemptypasswords: 'no',
  permittunnel: 'no',
  permituserenvironment: 'no',
  strictmodes: 'yes',
  x11forwarding: 'no',
  allowtcpforwarding: 'no',
  allowagentforwarding: 'no',
  loglevel: 'VERBOSE',
  authenticationmethods: 'any',
  authorizedkeysfile: '.ssh/authorized_keys',
  ciphers: 'chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes128-gcm@openssh.com,aes256-ctr',
  macs: 'hmac-sha2-512-etm@openssh.com,hmac-sha2-256-etm@openssh.com,umac-128-etm@openssh.com',
  kexalgorithms: 'sntrup761x25519-sha512@openssh.com,curve25519-sha256,diffie-hellman-group16-sha512',
  hostkeyalgorithms: 'ssh-ed25519,rsa-sha2-512,rsa-sha2-256',
  pubkeyacceptedalgorithms: 'ssh-ed25519,sk-ssh-ed25519@openssh.com,ecdsa-sha2-nistp256,rsa-sha2-512',
  casignaturealgorithms: 'ssh-ed25519,rsa-sha2-512',
  subsystem: 'sftp internal-sftp',
}

/** Parameters of the kernel and of sshd, as the hardening standard of the company wants them. */
export function hostSettings(release: '12' | '13'): FactsOf {
  return {
    sysctl: [
      ...Object.entries(SYSCTL),
      ...['all', 'default'].flatMap((which) =>
        Object.entries(PER_INTERFACE).map(([name, value]) => [name.replace('{}', which), value] as const),
      ),
    ].map(([name, value]) => ({ name, value })),
    sshd_state: [{ installed: true, running: true, version: release === '12' ? 'OpenSSH_9.2p1' : 'OpenSSH_10.0p2' }],
    sshd_setting: Object.entries(SSHD).map(([keyword, value]) => ({ matching: '', keyword, value })),
  }
}
