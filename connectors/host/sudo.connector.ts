import { defineConnector } from '../../kernel/collect/connector.ts'
import { readSudoers } from './sudo-files.ts'
import { sudoRules, sudoSettings } from './sudo-rules.ts'

/**
 * Reads who may run what as whom through sudo.
 *
 * Source: sudoers(5). Rules that sudo gets from LDAP or SSSD are not in these files and not seen here.
 */
export const hostSudoConnector = defineConnector({
  id: 'host.sudo',
  system: 'host',
  produces: ['host_sudo_rule', 'host_sudo_setting'],
  every: 'PT5M',
  needs: {
    de: '/etc/sudoers und alle dort eingebundenen Dateien lesen (üblicherweise nur root)',
    en: 'Read /etc/sudoers and every file it includes (usually root only)',
  },

  async collect({ transport }, context) {
    const statements = (await readSudoers(transport)) ?? []
    for (const row of sudoSettings(statements)) await context.emit('host_sudo_setting', row)
    for (const row of sudoRules(statements)) await context.emit('host_sudo_rule', row)
  },
})
