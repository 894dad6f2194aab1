/** Places where files come and go without being part of an installation. */
const PASSING = /^\/(dev|tmp|var\/tmp|run|var\/run|proc|sys|memfd:|SYSV|var\/cache)/
const INSTALLED = /^\/(usr|lib|lib32|lib64|libx32|bin|sbin|opt)\//
const LIBRARY = /\.so(\.|$)/

/**
 * Programs and libraries that a process still runs from although the file has been replaced or removed, from
 * /proc/<pid>/maps (proc_pid_maps(5)). Data files are left out: only executable mappings and shared objects count.
 */
export function deletedLibraries(maps: string): readonly string[] {
  if (!maps.includes(' (deleted)')) return []
  const found = new Set<string>()
  for (const line of maps.split('\n')) {
    if (!line.endsWith(' (deleted)')) continue
    const match = /^[0-9a-f]+-[0-9a-f]+ (\S{4}) [0-9a-f]+ \S+ \d+\s+(\/.*) \(deleted\)$/.exec(line)
    const [, rights, path] = match ?? []
    if (rights === undefined || path === undefined || PASSING.test(path)) continue
    if (LIBRARY.test(path) || (rights.includes('x') && INSTALLED.test(path))) found.add(plainPath(path))
  }
  return [...found].sort()
}

/** dpkg renames a file to `name.dpkg-new` or `.dpkg-tmp` before it removes the old one. */
const plainPath = (path: string): string =>
  path
    .replace(/\.dpkg-(new|tmp)$/, '')
    .replace(/;[0-9a-f]{8}$/, '')
    .slice(0, 4096)
