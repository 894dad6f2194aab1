import { defineDrill } from '../../../kernel/drill/drill.ts'

const ACCOUNT = 'toor:x:0:0::/root:/bin/bash\n'

export const onlyRootHasUidZeroDrill = defineDrill({
  check: 'access.only-root-has-uid-zero',
  sandbox: 'host',
  title: {
    de: 'Jemand legt ein zweites root unter anderem Namen an',
    en: 'Somebody makes a second root under another name',
  },
  expect: [{ resource: 'toor', reason: 'second_root' }],
  async break(host) {
    await host.append('/etc/passwd', ACCOUNT)
  },
  async mend(host) {
    await host.write('/etc/passwd', ((await host.read('/etc/passwd')) ?? '').replace(ACCOUNT, ''))
  },
})
