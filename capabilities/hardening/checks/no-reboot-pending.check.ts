import { defineCheck } from '../../../kernel/check/check.ts'

export const noRebootPending = defineCheck({
  id: 'hardening.no-reboot-pending',
  appliesTo: 'host',
  severity: 'high',
  title: {
    de: 'Der laufende Kernel ist der neueste installierte, und kein Neustart steht aus',
    en: 'The running kernel is the newest installed one, and no reboot is pending',
  },
  population: { de: 'Hosts', en: 'hosts' },
  remedy: {
    de: 'Neu starten (systemctl reboot). Ein installierter Kernel schützt erst, wenn er läuft.',
    en: 'Reboot (systemctl reboot). An installed kernel protects only once it runs.',
  },
  reasons: {
    newest_runs: { de: 'der neueste Kernel läuft: {kernel_running}', en: 'the newest kernel runs: {kernel_running}' },
    newer_kernel: {
      de: 'installiert ist Kernel {kernel_installed}, es läuft {kernel_running}',
      en: 'kernel {kernel_installed} is installed, {kernel_running} runs',
    },
    other_kernel: {
      de: 'es läuft {kernel_running}, ein anderer als der neueste installierte {kernel_installed}',
      en: '{kernel_running} runs, another one than the newest installed {kernel_installed}',
    },
    reboot_required: { de: 'ein Paket hat einen Neustart verlangt', en: 'a package has asked for a reboot' },
    no_own_kernel: {
      de: 'kein Neustart verlangt; einen eigenen Kernel hat der Host nicht',
      en: 'no reboot asked for; the host has no kernel of its own',
    },
  },
  reads: ['host_os'],
  dimensions: ['kernel_running', 'kernel_installed'],
  freshness: 'PT24H',
  // Which of two kernels is newer, the connector has compared by the rules of the package manager: that is in
  // reboot_required too. Different alone can also mean that somebody boots a kernel of their own.
  sql: `
    select
      system,
      'kernel' as resource,
      case when reboot_required then 'alarm' when kernel_installed <> kernel_running then 'info' else 'ok' end as status,
      case
        when kernel_installed <> kernel_running then case when reboot_required then 'newer_kernel' else 'other_kernel' end
        when reboot_required then 'reboot_required'
        when kernel_installed is null then 'no_own_kernel'
        else 'newest_runs'
      end as reason,
      kernel_running,
      kernel_installed
    from host_os
  `,
  examples: [
    {
      name: { de: 'Der neueste Kernel läuft', en: 'The newest kernel runs' },
      facts: { host_os: [{}] },
      expect: [{ resource: 'kernel', status: 'ok', reason: 'newest_runs' }],
    },
    {
      name: { de: 'Ein neuerer Kernel ist installiert', en: 'A newer kernel is installed' },
      facts: { host_os: [{ kernelInstalled: '6.1.0-41-amd64', rebootRequired: true }] },
      expect: [{ resource: 'kernel', status: 'alarm', reason: 'newer_kernel' }],
    },
    {
      name: {
        de: 'Ein selbst gebauter Kernel, neuer als der installierte',
        en: 'A kernel of our own making, newer than the installed one',
      },
      facts: { host_os: [{ kernelRunning: '6.12.3-own' }] },
      expect: [{ resource: 'kernel', status: 'info', reason: 'other_kernel' }],
    },
    {
      name: { de: 'Eine Bibliothek verlangt den Neustart', en: 'A library asks for the reboot' },
      facts: { host_os: [{ rebootRequired: true }] },
      expect: [{ resource: 'kernel', status: 'alarm', reason: 'reboot_required' }],
    },
    {
      name: { de: 'Ein Container hat keinen eigenen Kernel', en: 'A container has no kernel of its own' },
      facts: { host_os: [{ kernelInstalled: null }] },
      expect: [{ resource: 'kernel', status: 'ok', reason: 'no_own_kernel' }],
    },
  ],
})
