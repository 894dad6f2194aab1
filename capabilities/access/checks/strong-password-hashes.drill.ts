import { defineDrill } from '../../../kernel/drill/drill.ts'

const PASSWORD = '$1$abcdefgh$0123456789012345678901'
let shadow = ''

export const strongPasswordHashesDrill = defineDrill({
  check: 'access.strong-password-hashes',
  sandbox: 'host',
  title: {
    de: 'Das Kennwort von ada liegt als MD5 vor',
    en: 'The password of ada is kept as MD5',
  },
  expect: [{ resource: 'ada', reason: 'weak' }],
  async break(host) {
    shadow = (await host.read('/etc/shadow')) ?? ''
    await host.write(
      '/etc/shadow',
      shadow.replace(/^ada:[^:]*:/m, () => `ada:${PASSWORD}:`),
    )
  },
  async mend(host) {
    await host.write('/etc/shadow', shadow)
  },
})
