import { defineDrill } from '../../../kernel/drill/drill.ts'

const ACCOUNT = 'twin:x:1000:1000::/home/ada:/bin/bash\n'

export const uniqueUidsDrill = defineDrill({
  check: 'access.unique-uids',
  sandbox: 'host',
  title: {
    de: 'Ein zweites Konto bekommt die Nummer von ada',
    en: 'A second account is given the number of ada',
  },
  expect: [
    { resource: 'ada', reason: 'shared_uid' },
    { resource: 'twin', reason: 'shared_uid' },
  ],
  async break(host) {
    await host.append('/etc/passwd', ACCOUNT)
  },
  async mend(host) {
    await host.write('/etc/passwd', ((await host.read('/etc/passwd')) ?? '').replace(ACCOUNT, ''))
  },
})
