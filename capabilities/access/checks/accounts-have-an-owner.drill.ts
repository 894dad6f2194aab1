import { defineDrill } from '../../../kernel/drill/drill.ts'

const ACCOUNT = 'bob:x:1001:1001::/home/bob:/bin/bash\n'
const PASSWORD = 'bob:*:20000:0:99999:7:::\n'

export const accountsHaveAnOwnerDrill = defineDrill({
  check: 'access.accounts-have-an-owner',
  sandbox: 'host',
  title: {
    de: 'Jemand legt ein Konto an, das niemandem gehört',
    en: 'Somebody makes an account that belongs to nobody',
  },
  expect: [{ resource: 'bob', reason: 'no_owner' }],
  async break(host) {
    await host.append('/etc/passwd', ACCOUNT)
    await host.append('/etc/shadow', PASSWORD)
  },
  async mend(host) {
    await host.write('/etc/passwd', ((await host.read('/etc/passwd')) ?? '').replace(ACCOUNT, ''))
    await host.write('/etc/shadow', ((await host.read('/etc/shadow')) ?? '').replace(PASSWORD, ''))
  },
})
