import { defineDrill } from '../../../kernel/drill/drill.ts'

export const noPasswordlessSudoDrill = defineDrill({
  check: 'access.no-passwordless-sudo',
  sandbox: 'host',
  title: {
    de: 'ada wird ohne Kennwort zu root',
    en: 'ada becomes root without a password',
  },
  expect: [{ resource: 'sudoers:/etc/sudoers.d/ada:1', reason: 'no_password' }],
  async break(host) {
    await host.write('/etc/sudoers.d/ada', 'ada ALL=(ALL) NOPASSWD: ALL\n', '0440')
  },
  async mend(host) {
    await host.remove('/etc/sudoers.d/ada')
  },
})
