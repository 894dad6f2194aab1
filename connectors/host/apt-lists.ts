import type { HostTransport } from '../../kernel/collect/transport.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { compareDebianVersions } from './debian-version.ts'
import { field, type InstalledPackage, stanzas } from './dpkg-status.ts'

const LISTS = '/var/lib/apt/lists'
/** The list of Debian's main archive has 50 MB. */
const PACKAGES_LIMIT = 256 * 1024 * 1024

/** One archive that the host takes packages from, by its (In)Release file. */
export interface Archive {
  /** Begin of the names of its files in /var/lib/apt/lists. */
  readonly prefix: string
  readonly isSecurity: boolean
  /** False for archives that are never chosen by themselves, such as backports. */
  readonly isAutomatic: boolean
  /** Milliseconds, from its `Date`. */
  readonly date: number | null
  /** Milliseconds: when its file was written here. */
  readonly modifiedAt: number
}

/** The archives whose lists are here. Empty where none was ever fetched. */
export async function archives(transport: HostTransport): Promise<readonly Archive[]> {
  const found: Archive[] = []
  for (const entry of (await transport.list(LISTS)) ?? []) {
    const prefix = /^(.*_)(?:InRelease|Release)$/.exec(entry)?.[1]
    if (prefix === undefined) continue
    const path = `${LISTS}/${entry}`
    const head = releaseHead((await transport.readFile(path)) ?? '')
    const date = Date.parse(field(head, 'Date') ?? '')
    const names = ['Origin', 'Label', 'Suite', 'Codename'].map((name) => field(head, name) ?? '')
    found.push({
      prefix,
      isSecurity: /security/i.test([prefix, ...names].join(' ')),
      isAutomatic: field(head, 'NotAutomatic') !== 'yes',
      date: Number.isNaN(date) ? null : date,
      modifiedAt: (await transport.stat(path))?.modifiedAt.getTime() ?? 0,
    })
  }
  return found
}

/** The fields before the lists of checksums, without the frame of a signature. */
function releaseHead(text: string): string {
  const from = text.startsWith('-----BEGIN PGP SIGNED MESSAGE-----') ? text.indexOf('\n\n') + 2 : 0
  const checksums = /^(MD5Sum|SHA1|SHA256):/m.exec(text.slice(from))
  return text.slice(from, checksums === null ? undefined : from + checksums.index)
}

export interface Pending {
  readonly name: string
  readonly installedVersion: string
  readonly isSecurity: boolean
}

/**
 * Installed packages for which an archive has a newer version, from the lists alone: for hosts on which apt-get cannot
 * be run. It is a security update when any newer version comes from a security archive. Pinning is not followed.
 *
 * @throws {BergfriedError} `collect.unreadable` where the lists are compressed or missing
 */
export async function pendingFromLists(
  transport: HostTransport,
  installed: readonly InstalledPackage[],
  from: readonly Archive[],
): Promise<readonly Pending[]> {
  const entries = (await transport.list(LISTS)) ?? []
  const byName = Map.groupBy(installed, (entry) => entry.name)
  const pending = new Map<string, Pending>()
  for (const archive of from.filter((candidate) => candidate.isAutomatic)) {
    for (const entry of entries.filter((name) => name.startsWith(archive.prefix))) {
      if (/_Packages\.\w+$/.test(entry)) throw unreadable('the package lists are compressed and apt-get cannot be run')
      if (!entry.endsWith('_Packages')) continue
      const text = (await transport.readFile(`${LISTS}/${entry}`, PACKAGES_LIMIT)) ?? ''
      for (const found of newerVersions(text, byName)) {
        const isSecurity = archive.isSecurity || pending.get(found.name)?.isSecurity === true
        pending.set(found.name, { name: found.name, installedVersion: found.version, isSecurity })
      }
    }
  }
  return [...pending.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The installed packages that a list has a newer version of. */
function* newerVersions(
  list: string,
  byName: ReadonlyMap<string, readonly InstalledPackage[]>,
): Generator<InstalledPackage> {
  for (const stanza of stanzas(list)) {
    const here = byName.get(field(stanza, 'Package') ?? '')
    const version = field(stanza, 'Version')
    if (here === undefined || version === null) continue
    const architecture = field(stanza, 'Architecture')
    for (const entry of here) {
      const fits = architecture === entry.architecture || architecture === 'all' || entry.architecture === 'all'
      if (fits && compareDebianVersions(version, entry.version) > 0) yield entry
    }
  }
}

export const unreadable = (reason: string): BergfriedError =>
  new BergfriedError('collect.unreadable', { what: LISTS, reason })
