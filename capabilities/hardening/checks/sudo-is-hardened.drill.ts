import { defineDrill } from '../../../kernel/drill/drill.ts'

const LOG_FILE = 'Defaults\tlogfile="/var/log/sudo.log"\n'
const NO_LOG = 'Defaults\t!syslog\n'
const NO_QUESTION = 'Defaults:ada !authenticate\n'

export const sudoIsHardenedDrill = defineDrill({
  check: 'hardening.sudo-is-hardened',
  sandbox: 'host',
  title: {
    de: 'sudo protokolliert nicht mehr und fragt eine Person nicht mehr nach dem Kennwort',
    en: 'sudo logs no more and asks one person no more for the password',
  },
  expect: [
    { resource: 'log', reason: 'weakened' },
    { resource: 'authenticate', reason: 'weakened' },
  ],
  async break(host) {
    const before = (await host.read('/etc/sudoers')) ?? ''
    await host.write('/etc/sudoers', before.replace(LOG_FILE, NO_LOG) + NO_QUESTION)
  },
  async mend(host) {
    const broken = (await host.read('/etc/sudoers')) ?? ''
    await host.write('/etc/sudoers', broken.replace(NO_LOG, LOG_FILE).replace(NO_QUESTION, ''))
  },
})
