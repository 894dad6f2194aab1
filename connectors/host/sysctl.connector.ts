import { defineConnector } from '../../kernel/collect/connector.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { clip } from './clip.ts'

/**
 * The kernel parameters that are read (Documentation/admin-guide/sysctl and networking/ip-sysctl.rst of Linux). For
 * an interface that exists the value of `all` and its own count together; `default` is for those to come.
 */
export const SYSCTL_KEYS = [
  'dev.tty.ldisc_autoload',
  'fs.protected_fifos',
  'fs.protected_hardlinks',
  'fs.protected_regular',
  'fs.protected_symlinks',
  'fs.suid_dumpable',
  'kernel.core_pattern',
  'kernel.core_uses_pid',
  'kernel.dmesg_restrict',
  'kernel.kexec_load_disabled',
  'kernel.kptr_restrict',
  'kernel.modules_disabled',
  'kernel.perf_event_paranoid',
  'kernel.randomize_va_space',
  'kernel.sysrq',
  'kernel.unprivileged_bpf_disabled',
  'kernel.unprivileged_userns_clone',
  'kernel.yama.ptrace_scope',
  'net.core.bpf_jit_harden',
  'net.ipv4.conf.all.accept_redirects',
  'net.ipv4.conf.all.accept_source_route',
  'net.ipv4.conf.all.arp_ignore',
  'net.ipv4.conf.all.forwarding',
  'net.ipv4.conf.all.log_martians',
  'net.ipv4.conf.all.rp_filter',
  'net.ipv4.conf.all.secure_redirects',
  'net.ipv4.conf.all.send_redirects',
  'net.ipv4.conf.default.accept_redirects',
  'net.ipv4.conf.default.accept_source_route',
  'net.ipv4.conf.default.log_martians',
  'net.ipv4.conf.default.rp_filter',
  'net.ipv4.conf.default.secure_redirects',
  'net.ipv4.conf.default.send_redirects',
  'net.ipv4.icmp_echo_ignore_broadcasts',
  'net.ipv4.icmp_ignore_bogus_error_responses',
  'net.ipv4.ip_forward',
  'net.ipv4.tcp_rfc1337',
  'net.ipv4.tcp_syncookies',
  'net.ipv6.conf.all.accept_ra',
  'net.ipv6.conf.all.accept_redirects',
  'net.ipv6.conf.all.accept_source_route',
  'net.ipv6.conf.all.disable_ipv6',
  'net.ipv6.conf.all.forwarding',
  'net.ipv6.conf.default.accept_ra',
  'net.ipv6.conf.default.accept_redirects',
  'net.ipv6.conf.default.accept_source_route',
  'vm.mmap_min_addr',
  'vm.unprivileged_userfaultfd',
] as const

/** Values in force, from /proc/sys. A parameter that this kernel does not have gives no row. */
export const hostSysctlConnector = defineConnector({
  id: 'host.sysctl',
  system: 'host',
  produces: ['sysctl'],
  every: 'PT15M',
  needs: {
    de: 'root, weil einige Werte nur root lesen darf',
    en: 'root, because some of the values are readable by root alone',
  },
  async collect({ transport }, { emit }) {
    let found = 0
    for (const name of SYSCTL_KEYS) {
      const value = await transport.readFile(`/proc/sys/${name.replaceAll('.', '/')}`)
      if (value === null) continue
      found += 1
      await emit('sysctl', { name, value: clip(value.trim().replace(/\s+/g, ' '), 4096) })
    }
    if (found === 0)
      throw new BergfriedError('collect.unreadable', { what: '/proc/sys', reason: 'it shows no parameters' })
  },
})
