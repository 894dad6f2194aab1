import { unescapeOctal } from './source.ts'

export interface Mount {
  readonly source: string
  readonly target: string
  readonly type: string
  readonly options: readonly string[]
}

/** Reads /proc/mounts (fstab(5) format). What is mounted over another at the same place hides it: the last one counts. */
export function parseMounts(text: string): readonly Mount[] {
  const mounts = new Map<string, Mount>()
  for (const line of text.split('\n')) {
    const [source, target, type, options] = line.split(' ')
    if (source === undefined || target === undefined || type === undefined || options === undefined) continue
    if (!target.startsWith('/')) continue
    const mount = {
      source: unescapeOctal(source),
      target: unescapeOctal(target),
      type: unescapeOctal(type),
      options: options.split(',').filter((option) => option !== ''),
    }
    mounts.delete(mount.target)
    mounts.set(mount.target, mount)
  }
  return [...mounts.values()]
}

export interface Swap {
  readonly source: string
  readonly type: 'partition' | 'file' | 'other'
}

/** Reads /proc/swaps (proc_swaps(5)). */
export function parseSwaps(text: string): readonly Swap[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [source, type] = line.trim().split(/\s+/)
      if (source === undefined || source === '' || type === undefined) return []
      return [
        { source: unescapeOctal(source), type: type === 'partition' || type === 'file' ? type : ('other' as const) },
      ]
    })
}

/** The mount that holds a path: the one with the longest target. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | null {
  const holding = mounts.filter(({ target }) => path === target || path.startsWith(target === '/' ? '/' : `${target}/`))
  return holding.toSorted((a, b) => a.target.length - b.target.length).at(-1) ?? null
}

/** File systems that keep nothing on a disk, and read-only images that bring their own content. */
const PSEUDO = new Set([
  'autofs',
  'binfmt_misc',
  'bpf',
  'cgroup',
  'cgroup2',
  'configfs',
  'debugfs',
  'devpts',
  'devtmpfs',
  'efivarfs',
  'fuse.gvfsd-fuse',
  'fuse.lxcfs',
  'fuse.portal',
  'fusectl',
  'hugetlbfs',
  'mqueue',
  'nsfs',
  'proc',
  'pstore',
  'ramfs',
  'rpc_pipefs',
  'securityfs',
  'selinuxfs',
  'squashfs',
  'sysfs',
  'tmpfs',
  'tracefs',
])

export const isPseudo = (type: string): boolean => PSEUDO.has(type)

/** Layers of containers: their content is seen a second time there. */
export const isContainerLayer = ({ type, target }: Mount): boolean => type === 'overlay' && target !== '/'
