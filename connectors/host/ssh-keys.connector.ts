import { defineConnector } from '../../kernel/collect/connector.ts'
import type { HostTransport } from '../../kernel/collect/transport.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { groupNamesOf, isLocal, readAccounts } from './accounts-read.ts'
import { follow } from './permissions-follow.ts'
import { authorizedKeysFiles } from './ssh-keys-files.ts'
import { parseAuthorizedKeys } from './ssh-keys-line.ts'
import { readSshdConfig } from './sshd-config.ts'

/**
 * Reads the public keys that sshd accepts, for every local account, whether or not it has a login shell: a key also
 * allows forwarding without one.
 *
 * Source: sshd(8), AUTHORIZED_KEYS FILE FORMAT; sshd_config(5), AuthorizedKeysFile. Keys that come from
 * AuthorizedKeysCommand are not in files and not seen here. The values of command= and environment= are dropped.
 */
export const hostSshKeysConnector = defineConnector({
  id: 'host.ssh-keys',
  system: 'host',
  produces: ['ssh_authorized_key'],
  every: 'PT5M',
  needs: {
    de: '/etc/passwd, /etc/group, /etc/ssh/sshd_config und die authorized_keys aller Konten lesen (root)',
    en: 'Read /etc/passwd, /etc/group, /etc/ssh/sshd_config and the authorized_keys of every account (root)',
  },

  async collect({ transport }, context) {
    const accounts = await readAccounts(transport)
    const blocks = (await readSshdConfig(transport)) ?? []
    for (const user of accounts.users.filter(isLocal)) {
      for (const file of authorizedKeysFiles(blocks, user, groupNamesOf(accounts, user.account))) {
        context.signal.throwIfAborted()
        try {
          for (const key of parseAuthorizedKeys(await readKeys(transport, file))) {
            await context.emit('ssh_authorized_key', { account: user.account, file: file.slice(0, 512), ...key })
          }
        } catch (error) {
          context.fail('ssh_authorized_key', error)
        }
      }
    }
  },
})

/** Like sshd: what is no regular file, or a link that leads nowhere or in circles, holds no keys. */
async function readKeys(transport: HostTransport, file: string): Promise<string> {
  const found = await follow(transport, file).catch((error: unknown) => {
    if (error instanceof BergfriedError && error.detail['reason'] === 'ELOOP') return null
    throw error
  })
  return found?.stat.kind === 'file' ? ((await transport.readFile(file)) ?? '') : ''
}
