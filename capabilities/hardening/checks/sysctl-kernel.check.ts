import { defineCheck } from '../../../kernel/check/check.ts'

export const sysctlKernel = defineCheck({
  id: 'hardening.sysctl-kernel',
  appliesTo: 'host',
  severity: 'medium',
  title: {
    de: 'Die Schutzfunktionen des Kernels sind eingeschaltet',
    en: 'The protections of the kernel are switched on',
  },
  population: { de: 'Kernelparameter', en: 'kernel parameters' },
  remedy: {
    de: 'Sofort: sysctl -w {resource}={wanted}. Dauerhaft: die Zeile {resource} = {wanted} in /etc/sysctl.d/90-hardening.conf, dann sysctl --system.',
    en: 'At once: sysctl -w {resource}={wanted}. For good: the line {resource} = {wanted} in /etc/sysctl.d/90-hardening.conf, then sysctl --system.',
  },
  reasons: {
    as_wanted: { de: 'steht auf {found}', en: 'is {found}' },
    differs: { de: 'steht auf {found} statt auf {wanted}', en: 'is {found} instead of {wanted}' },
    unreadable: { de: 'der Wert „{found}“ ist keine Zahl', en: 'the value “{found}” is no number' },
    absent: { de: 'diesen Parameter hat der Kernel nicht', en: 'this kernel does not have the parameter' },
  },
  reads: ['sysctl'],
  dimensions: ['found', 'wanted'],
  freshness: 'PT24H',
  // Lowest and highest value allowed, the value to set, and why. Meaning: kernel documentation, admin-guide/sysctl.
  sql: `
    with wanted (name, lowest, highest, best) as (
      values
        ('fs.protected_fifos', 1, 2, 2),                   -- no writing into foreign pipes in shared folders
        ('fs.protected_hardlinks', 1, 1, 1),               -- no hard links to files that one may not write
        ('fs.protected_regular', 1, 2, 2),                 -- no writing into foreign files in shared folders
        ('fs.protected_symlinks', 1, 1, 1),                -- planted links in /tmp are not followed
        ('fs.suid_dumpable', 0, 0, 0),                     -- memory of privileged programs never lands in a file
        ('kernel.dmesg_restrict', 1, 1, 1),                -- kernel addresses and devices are not for everybody
        ('kernel.kexec_load_disabled', 1, 1, 1),           -- not even root swaps the kernel past the boot chain
        ('kernel.kptr_restrict', 1, 2, 2),                 -- kernel addresses help exploits
        ('kernel.perf_event_paranoid', 2, 4, 3),           -- measuring the kernel reveals its memory layout
        ('kernel.randomize_va_space', 2, 2, 2),            -- unpredictable addresses, heap included
        ('kernel.sysrq', 0, 0, 0),                         -- whoever reaches the console does not command the kernel
        ('kernel.unprivileged_bpf_disabled', 1, 2, 1),     -- the verifier of bpf programs has had many holes
        ('kernel.yama.ptrace_scope', 1, 3, 1),             -- a process does not read the memory of its neighbours
        ('net.core.bpf_jit_harden', 1, 2, 2),              -- no constants of an attacker in generated machine code
        ('vm.mmap_min_addr', 65536, 2147483647, 65536),    -- a null pointer in the kernel leads nowhere
        ('vm.unprivileged_userfaultfd', 0, 0, 0)           -- nobody halts the kernel in the middle of a copy
    ),
    present as (
      select s.system, w.name, w.lowest, w.highest, w.best, v.value, trim(v.value) ~ '^-?[0-9]{1,18}$' as is_number
      from systems s
      cross join wanted w
      left join sysctl v on v.system = s.system and v.name = w.name
      -- A host without a single parameter has not been looked at: then there is no row, not a row of absences.
      where s.system in (select system from sysctl)
    ),
    compared as (
      select *, case when is_number then trim(value)::bigint between lowest and highest end as fits
      from present
    )
    select
      system,
      name as resource,
      case when value is null then 'skip' when not is_number then 'error' when fits then 'ok' else 'alarm' end as status,
      case
        when value is null then 'absent'
        when not is_number then 'unreadable'
        when fits then 'as_wanted'
        else 'differs'
      end as reason,
      value as found,
      best as wanted
    from compared
  `,
  examples: [
    {
      name: { de: 'Alles wie verlangt, manches strenger', en: 'All as asked, some of it stricter' },
      facts: {
        sysctl: [
          { name: 'fs.protected_fifos', value: '2' },
          { name: 'fs.protected_hardlinks', value: '1' },
          { name: 'fs.protected_regular', value: '2' },
          { name: 'fs.protected_symlinks', value: '1' },
          { name: 'fs.suid_dumpable', value: '0' },
          { name: 'kernel.dmesg_restrict', value: '1' },
          { name: 'kernel.kexec_load_disabled', value: '1' },
          { name: 'kernel.kptr_restrict', value: '2' },
          { name: 'kernel.perf_event_paranoid', value: '3' },
          { name: 'kernel.randomize_va_space', value: '2' },
          { name: 'kernel.sysrq', value: '0' },
          { name: 'kernel.unprivileged_bpf_disabled', value: '1' },
          { name: 'kernel.yama.ptrace_scope', value: '1' },
          { name: 'net.core.bpf_jit_harden', value: '2' },
          { name: 'vm.mmap_min_addr', value: '131072' },
          { name: 'vm.unprivileged_userfaultfd', value: '0' },
        ],
      },
      expect: [
        { resource: 'fs.protected_fifos', status: 'ok', reason: 'as_wanted' },
        { resource: 'fs.protected_hardlinks', status: 'ok', reason: 'as_wanted' },
        { resource: 'fs.protected_regular', status: 'ok', reason: 'as_wanted' },
        { resource: 'fs.protected_symlinks', status: 'ok', reason: 'as_wanted' },
        { resource: 'fs.suid_dumpable', status: 'ok', reason: 'as_wanted' },
        { resource: 'kernel.dmesg_restrict', status: 'ok', reason: 'as_wanted' },
        { resource: 'kernel.kexec_load_disabled', status: 'ok', reason: 'as_wanted' },
        { resource: 'kernel.kptr_restrict', status: 'ok', reason: 'as_wanted' },
        { resource: 'kernel.perf_event_paranoid', status: 'ok', reason: 'as_wanted' },
        { resource: 'kernel.randomize_va_space', status: 'ok', reason: 'as_wanted' },
        { resource: 'kernel.sysrq', status: 'ok', reason: 'as_wanted' },
        { resource: 'kernel.unprivileged_bpf_disabled', status: 'ok', reason: 'as_wanted' },
        { resource: 'kernel.yama.ptrace_scope', status: 'ok', reason: 'as_wanted' },
        { resource: 'net.core.bpf_jit_harden', status: 'ok', reason: 'as_wanted' },
        { resource: 'vm.mmap_min_addr', status: 'ok', reason: 'as_wanted' },
        { resource: 'vm.unprivileged_userfaultfd', status: 'ok', reason: 'as_wanted' },
      ],
    },
    {
      name: { de: 'Ein Debian, wie es installiert wird', en: 'A Debian as installed' },
      facts: {
        sysctl: [
          { name: 'fs.protected_fifos', value: '1' },
          { name: 'fs.protected_hardlinks', value: '1' },
          { name: 'fs.protected_regular', value: '2' },
          { name: 'fs.protected_symlinks', value: '1' },
          { name: 'fs.suid_dumpable', value: '2' },
          { name: 'kernel.dmesg_restrict', value: '0' },
          { name: 'kernel.kexec_load_disabled', value: '0' },
          { name: 'kernel.kptr_restrict', value: '0' },
          { name: 'kernel.perf_event_paranoid', value: '3' },
          { name: 'kernel.randomize_va_space', value: '2' },
          { name: 'kernel.sysrq', value: '438' },
          { name: 'kernel.unprivileged_bpf_disabled', value: '1' },
          { name: 'kernel.yama.ptrace_scope', value: '0' },
          { name: 'net.core.bpf_jit_harden', value: '0' },
          { name: 'vm.mmap_min_addr', value: '65536' },
          { name: 'vm.unprivileged_userfaultfd', value: '0' },
        ],
      },
      expect: [
        { resource: 'fs.protected_fifos', status: 'ok', reason: 'as_wanted' },
        { resource: 'fs.protected_hardlinks', status: 'ok', reason: 'as_wanted' },
        { resource: 'fs.protected_regular', status: 'ok', reason: 'as_wanted' },
        { resource: 'fs.protected_symlinks', status: 'ok', reason: 'as_wanted' },
        { resource: 'fs.suid_dumpable', status: 'alarm', reason: 'differs' },
        { resource: 'kernel.dmesg_restrict', status: 'alarm', reason: 'differs' },
        { resource: 'kernel.kexec_load_disabled', status: 'alarm', reason: 'differs' },
        { resource: 'kernel.kptr_restrict', status: 'alarm', reason: 'differs' },
        { resource: 'kernel.perf_event_paranoid', status: 'ok', reason: 'as_wanted' },
        { resource: 'kernel.randomize_va_space', status: 'ok', reason: 'as_wanted' },
        { resource: 'kernel.sysrq', status: 'alarm', reason: 'differs' },
        { resource: 'kernel.unprivileged_bpf_disabled', status: 'ok', reason: 'as_wanted' },
        { resource: 'kernel.yama.ptrace_scope', status: 'alarm', reason: 'differs' },
        { resource: 'net.core.bpf_jit_harden', status: 'alarm', reason: 'differs' },
        { resource: 'vm.mmap_min_addr', status: 'ok', reason: 'as_wanted' },
        { resource: 'vm.unprivileged_userfaultfd', status: 'ok', reason: 'as_wanted' },
      ],
    },
    {
      name: {
        de: 'Ein Kernel ohne Yama, und ein Wert, der keine Zahl ist',
        en: 'A kernel without Yama, and a value that is no number',
      },
      facts: {
        sysctl: [
          { name: 'fs.protected_fifos', value: '2' },
          { name: 'fs.protected_hardlinks', value: '1' },
          { name: 'fs.protected_regular', value: '2' },
          { name: 'fs.protected_symlinks', value: '1' },
          { name: 'fs.suid_dumpable', value: '0' },
          { name: 'kernel.dmesg_restrict', value: '1' },
          { name: 'kernel.kexec_load_disabled', value: '1' },
          { name: 'kernel.kptr_restrict', value: '2' },
          { name: 'kernel.perf_event_paranoid', value: '3' },
          { name: 'kernel.randomize_va_space', value: '2' },
          { name: 'kernel.sysrq', value: '' },
          { name: 'kernel.unprivileged_bpf_disabled', value: '1' },
          { name: 'net.core.bpf_jit_harden', value: '2' },
          { name: 'vm.mmap_min_addr', value: '65536' },
          { name: 'vm.unprivileged_userfaultfd', value: '0' },
        ],
      },
      expect: [
        { resource: 'fs.protected_fifos', status: 'ok', reason: 'as_wanted' },
        { resource: 'fs.protected_hardlinks', status: 'ok', reason: 'as_wanted' },
        { resource: 'fs.protected_regular', status: 'ok', reason: 'as_wanted' },
        { resource: 'fs.protected_symlinks', status: 'ok', reason: 'as_wanted' },
        { resource: 'fs.suid_dumpable', status: 'ok', reason: 'as_wanted' },
        { resource: 'kernel.dmesg_restrict', status: 'ok', reason: 'as_wanted' },
        { resource: 'kernel.kexec_load_disabled', status: 'ok', reason: 'as_wanted' },
        { resource: 'kernel.kptr_restrict', status: 'ok', reason: 'as_wanted' },
        { resource: 'kernel.perf_event_paranoid', status: 'ok', reason: 'as_wanted' },
        { resource: 'kernel.randomize_va_space', status: 'ok', reason: 'as_wanted' },
        { resource: 'kernel.sysrq', status: 'error', reason: 'unreadable' },
        { resource: 'kernel.unprivileged_bpf_disabled', status: 'ok', reason: 'as_wanted' },
        { resource: 'kernel.yama.ptrace_scope', status: 'skip', reason: 'absent' },
        { resource: 'net.core.bpf_jit_harden', status: 'ok', reason: 'as_wanted' },
        { resource: 'vm.mmap_min_addr', status: 'ok', reason: 'as_wanted' },
        { resource: 'vm.unprivileged_userfaultfd', status: 'ok', reason: 'as_wanted' },
      ],
    },
  ],
})
