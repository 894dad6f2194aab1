import { defineDrill } from '../../../kernel/drill/drill.ts'

export const mountOptionsDrill = defineDrill({
  check: 'hardening.mount-options',
  sandbox: 'host',
  title: {
    de: 'In /tmp gelten fremde Rechte und Gerätedateien',
    en: 'Borrowed rights and device files count in /tmp',
  },
  expect: [{ resource: '/tmp', reason: 'missing' }],
  async break(host) {
    await host.write(
      '/proc/mounts',
      ((await host.read('/proc/mounts')) ?? '').replace(
        'tmpfs /tmp tmpfs rw,nosuid,nodev,noexec,',
        'tmpfs /tmp tmpfs rw,',
      ),
    )
  },
  async mend(host) {
    await host.write(
      '/proc/mounts',
      ((await host.read('/proc/mounts')) ?? '').replace(
        'tmpfs /tmp tmpfs rw,',
        'tmpfs /tmp tmpfs rw,nosuid,nodev,noexec,',
      ),
    )
  },
})
