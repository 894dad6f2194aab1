import { type CollectContext, defineConnector } from '../../kernel/collect/connector.ts'
import type { HostTransport } from '../../kernel/collect/transport.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { artefactFormat } from './backup-artefact-format.ts'

/** Where backups usually lie on a server. */
const FOLDERS = [
  ...['/backup', '/backups', '/var/backup', '/var/backups', '/var/lib/backup', '/var/lib/backups'],
  ...['/srv/backup', '/srv/backups', '/opt/backup', '/opt/backups', '/mnt/backup', '/mnt/backups', '/home/backup'],
  ...['/root/backup', '/root/backups', '/var/lib/postgresql/backup', '/var/lib/postgresql/backups'],
]
/** Copies of lists of packages and accounts that Debian itself puts into /var/backups (dpkg, apt, passwd). */
const DEBIANS = /^\/var\/backups\/(?:dpkg\.|apt\.|alternatives\.|passwd\.|group\.|shadow\.|gshadow\.)/
const DEPTH = 3
const MOST = 3000
const HEAD_BYTES = 512

/**
 * Backups that lie on the host, in the folders where they usually do: whether they are encrypted is read from their own first bytes, not
 * from their names.
 */
export const hostBackupArtefacts = defineConnector({
  id: 'host.backup-artefacts',
  system: 'host',
  produces: ['backup_artefact'],
  every: 'PT1H',
  needs: {
    de: 'Lesen der Ordner mit Sicherungen; eine Datei, die nicht lesbar ist, wird so genannt',
    en: 'reading the folders with backups; a file that cannot be read is told as such',
  },
  async collect({ transport }, context) {
    const seen = { files: 0 }
    for (const folder of FOLDERS) await walk(transport, folder, DEPTH, seen, context)
  },
})

async function walk(
  transport: HostTransport,
  folder: string,
  depth: number,
  seen: { files: number },
  context: CollectContext<'backup_artefact'>,
): Promise<void> {
  context.signal.throwIfAborted()
  const stat = await transport.stat(folder)
  if (stat?.kind !== 'folder') return
  const names = (await transport.list(folder)) ?? []
  const repository = await repositoryIn(transport, folder, names)
  if (repository !== null) {
    await context.emit('backup_artefact', { path: folder, ...repository })
    return
  }
  for (const name of names) {
    const path = `${folder}/${name}`
    if (DEBIANS.test(path)) continue
    const found = await transport.stat(path)
    if (found?.kind === 'folder' && depth > 1) await walk(transport, path, depth - 1, seen, context)
    if (found?.kind !== 'file' || found.size === 0) continue
    seen.files += 1
    if (seen.files > MOST)
      throw new BergfriedError('collect.too_large', { what: 'backup_artefact', limit: `${MOST} files` })
    const format = await looked(transport, path)
    if (format !== null) await context.emit('backup_artefact', { path, ...format })
  }
}

async function looked(transport: HostTransport, path: string) {
  try {
    const head = await transport.head(path, HEAD_BYTES)
    return head === null ? null : artefactFormat(head)
  } catch (error) {
    if (error instanceof BergfriedError && error.code === 'collect.denied')
      return { format: 'unreadable', encrypted: null } as const
    throw error
  }
}

/** restic and BorgBackup: folders of which every part is encrypted, or, with Borg, may be. */
async function repositoryIn(transport: HostTransport, folder: string, names: readonly string[]) {
  const all = (...wanted: readonly string[]): boolean => wanted.every((name) => names.includes(name))
  // restic, "Repository Format": there is none without encryption, and its config is ciphertext.
  if (all('config', 'keys', 'data', 'index', 'snapshots')) {
    const head = await transport.head(`${folder}/config`, 16).catch(() => null)
    if (head !== null && !Buffer.from(head).toString('latin1').startsWith('[repository]'))
      return { format: 'restic', encrypted: true } as const
  }
  if (!all('config', 'data') || !names.some((name) => /^(index|integrity|hints)\.\d+$/.test(name))) return null
  const config = await transport.readFile(`${folder}/config`, 65_536).catch(() => null)
  if (config?.startsWith('[repository]') !== true) return null
  // With a key in the repository it is encrypted; where the key is elsewhere, or there is none, its config does not say.
  return { format: 'borg', encrypted: /^key\s*=\s*\S/m.test(config) ? true : null } as const
}
