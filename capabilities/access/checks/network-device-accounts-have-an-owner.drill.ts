import { defineDrill } from '../../../kernel/drill/drill.ts'

const ACCOUNT = 'operator:x:1001:1001::/home/operator:/bin/bash\n'
const PASSWORD = 'operator:*:20000:0:99999:7:::\n'

export const networkDeviceAccountsHaveAnOwnerDrill = defineDrill({
  check: 'access.network-device-accounts-have-an-owner',
  sandbox: 'host',
  title: {
    de: 'Der Host wird zum Router und bekommt ein gemeinsames Konto',
    en: 'The host becomes a router and gets a shared account',
  },
  expect: [{ resource: 'operator', reason: 'no_owner' }],
  async break(host) {
    await host.write('/proc/sys/net/ipv4/ip_forward', '1\n')
    await host.append('/etc/passwd', ACCOUNT)
    await host.append('/etc/shadow', PASSWORD)
  },
  async mend(host) {
    await host.write('/proc/sys/net/ipv4/ip_forward', '0\n')
    await host.write('/etc/passwd', ((await host.read('/etc/passwd')) ?? '').replace(ACCOUNT, ''))
    await host.write('/etc/shadow', ((await host.read('/etc/shadow')) ?? '').replace(PASSWORD, ''))
  },
})
