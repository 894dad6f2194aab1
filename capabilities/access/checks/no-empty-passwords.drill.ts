import { defineDrill } from '../../../kernel/drill/drill.ts'

const PASSWORD = ''
let shadow = ''

export const noEmptyPasswordsDrill = defineDrill({
  check: 'access.no-empty-passwords',
  sandbox: 'host',
  title: {
    de: 'Das Kennwort von ada wird geleert',
    en: 'The password of ada is emptied',
  },
  expect: [{ resource: 'ada', reason: 'empty' }],
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
