import { defineConnector } from '../../kernel/collect/connector.ts'
import type { HostTransport } from '../../kernel/collect/transport.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { readAccounts } from './accounts-read.ts'
import { classifyKey, type KeyFileKind } from './key-files-classify.ts'
import { type Candidate, keyCandidates } from './key-files-find.ts'
import { follow } from './permissions-follow.ts'

/** No private key is longer, and a longer file is not read at all. */
const LONGEST_KEY = 65_536

/**
 * Finds files with private keys and reports who may read them and whether a passphrase protects them.
 *
 * A link is reported under its own path with the rights of the file behind it. Of the content only the kind is kept.
 */
export const hostKeyFilesConnector = defineConnector({
  id: 'host.key-files',
  system: 'host',
  produces: ['key_file'],
  every: 'PT15M',
  needs: {
    de: 'Hostschlüssel, ~/.ssh aller Konten, /etc/ssl/private, /etc/letsencrypt und die Ordner der Server lesen (root)',
    en: 'Read host keys, ~/.ssh of every account, /etc/ssl/private, /etc/letsencrypt and the folders of servers (root)',
  },

  async collect({ transport }, context) {
    const accounts = await readAccounts(transport)
    for (const candidate of await keyCandidates(transport, accounts.users)) {
      context.signal.throwIfAborted()
      const found = await follow(transport, candidate.path)
      if (found?.stat.kind !== 'file') continue
      const kind = found.stat.size > LONGEST_KEY ? null : await kindOf(transport, candidate)
      if (kind === null) continue
      await context.emit('key_file', {
        path: candidate.path.slice(0, 512),
        owner: accounts.ownerName(found.stat.uid),
        groupName: accounts.groupName(found.stat.gid),
        mode: found.stat.mode,
        purpose: candidate.purpose,
        ...kind,
      })
    }
  },
})

type Shown = { readonly keyType: string | null; readonly encrypted: boolean | null }

/** A file that is known as a key by its name is reported without its kind where it may not be read. */
async function kindOf(transport: HostTransport, { path, byName }: Candidate): Promise<KeyFileKind | Shown | null> {
  try {
    return classifyKey((await transport.readFile(path, LONGEST_KEY)) ?? '')
  } catch (error) {
    if (byName && error instanceof BergfriedError && error.code === 'collect.denied')
      return { keyType: null, encrypted: null }
    throw error
  }
}
