import type { CommandResult, FileStat, HostCommand, HostTransport } from '../collect/transport.ts'
import { BergfriedError } from '../errors.ts'

/** What lies at a path: text of a file, or an entry with its metadata. Parent folders exist by themselves. */
export type MemoryEntry =
  | string
  | (MemoryMeta & { readonly content: string })
  | (MemoryMeta & { readonly link: string })
  | (MemoryMeta & { readonly folder: true })
  | (MemoryMeta & { readonly other: true })

interface MemoryMeta {
  readonly mode?: string
  readonly uid?: number
  readonly gid?: number
  readonly modifiedAt?: Date
  /** Reading the content or listing the folder throws `collect.denied`. */
  readonly denied?: boolean
}

/** Answer of one command: fixed, or computed from the arguments. Null: not installed. */
export type MemoryCommand = Partial<CommandResult> | ((args: readonly string[]) => Partial<CommandResult> | null) | null

export interface MemoryHost {
  readonly files?: Readonly<Record<string, MemoryEntry>>
  readonly commands?: Readonly<Partial<Record<HostCommand, MemoryCommand>>>
  readonly label?: string
}

/** A host in memory for tests. `calls` lists what was run; changing `files` between two collections is allowed. */
export interface MemoryTransport extends HostTransport {
  readonly files: Map<string, MemoryEntry>
  readonly calls: { readonly command: HostCommand; readonly args: readonly string[] }[]
}

type Found = { readonly path: string; readonly entry: Exclude<MemoryEntry, string> }

/**
 * A {@link HostTransport} over a plain object, with symbolic links, modes, owners and refusals.
 *
 * `{ '/etc/passwd': 'root:x:0:0::/root:/bin/sh\n', '/etc/shadow': { content: '', denied: true }, '/a': { link: '/b' } }`
 */
export function memoryTransport(host: MemoryHost = {}): MemoryTransport {
  const files = new Map(Object.entries(host.files ?? {}))
  const calls: MemoryTransport['calls'] = []
  const open = (path: string): Found | null => {
    const found = resolve(files, path, true)
    if (found?.entry.denied) throw new BergfriedError('collect.denied', { what: path })
    return found
  }
  return {
    files,
    calls,
    label: host.label ?? 'memory',
    path: (path) => path,
    readFile: async (path, limit = 8 * 1024 * 1024) => {
      const found = open(path)
      if (found === null) return null
      if (!('content' in found.entry)) throw new BergfriedError('collect.unreadable', { what: path, reason: 'EISDIR' })
      if (Buffer.byteLength(found.entry.content) > limit)
        throw new BergfriedError('collect.too_large', { what: path, limit })
      return found.entry.content
    },
    head: async (path, bytes) => {
      const found = open(path)
      if (found === null) return null
      if (!('content' in found.entry)) throw new BergfriedError('collect.unreadable', { what: path, reason: 'EISDIR' })
      return Buffer.from(found.entry.content, 'latin1').subarray(0, bytes)
    },
    list: async (path) => {
      const found = open(path)
      return found !== null && 'folder' in found.entry ? children(files, found.path) : null
    },
    stat: async (path) => {
      const found = resolve(files, path, false)
      return found === null ? null : statOf(found.entry)
    },
    readLink: async (path) => {
      const found = resolve(files, path, false)
      return found !== null && 'link' in found.entry ? found.entry.link : null
    },
    run: async (command, args) => {
      calls.push({ command, args })
      const answer = host.commands?.[command] ?? null
      const result = typeof answer === 'function' ? answer(args) : answer
      return result === null ? null : { exitCode: 0, stdout: '', stderr: '', ...result }
    },
  }
}

function resolve(files: ReadonlyMap<string, MemoryEntry>, path: string, followLast: boolean, depth = 0): Found | null {
  if (depth > 40) return null
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  let at = ''
  for (const [index, part] of parts.entries()) {
    at = part === '..' ? at.slice(0, Math.max(0, at.lastIndexOf('/'))) : `${at}/${part}`
    const entry = entryAt(files, at === '' ? '/' : at)
    if (entry === null) return null
    const last = index === parts.length - 1
    if ('link' in entry && (!last || followLast)) {
      const target = entry.link.startsWith('/') ? entry.link : `${at.slice(0, at.lastIndexOf('/'))}/${entry.link}`
      return resolve(files, [target, ...parts.slice(index + 1)].join('/'), followLast, depth + 1)
    }
    if (!last && !('folder' in entry)) return null
  }
  const entry = entryAt(files, at === '' ? '/' : at)
  return entry === null ? null : { path: at, entry }
}

function entryAt(files: ReadonlyMap<string, MemoryEntry>, path: string): Exclude<MemoryEntry, string> | null {
  const entry = files.get(path)
  if (typeof entry === 'string') return { content: entry }
  if (entry !== undefined) return entry
  const prefix = path === '/' ? '/' : `${path}/`
  for (const known of files.keys()) if (known.startsWith(prefix)) return { folder: true }
  return null
}

function children(files: ReadonlyMap<string, MemoryEntry>, folder: string): readonly string[] {
  const names = new Set<string>()
  for (const path of files.keys()) {
    const rest = path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : ''
    const name = rest.split('/')[0] ?? ''
    if (name !== '') names.add(name)
  }
  return [...names].sort()
}

function statOf(entry: Exclude<MemoryEntry, string>): FileStat {
  const kind = 'content' in entry ? 'file' : 'folder' in entry ? 'folder' : 'link' in entry ? 'link' : 'other'
  const usual = { file: '0644', folder: '0755', link: '0777', other: '0600' }[kind]
  return {
    kind,
    mode: entry.mode ?? usual,
    uid: entry.uid ?? 0,
    gid: entry.gid ?? 0,
    size: 'content' in entry ? Buffer.byteLength(entry.content) : 0,
    modifiedAt: entry.modifiedAt ?? new Date('2026-01-01T00:00:00Z'),
  }
}
