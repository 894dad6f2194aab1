import { readlinkSync } from 'node:fs'
import { posix } from 'node:path'

/**
 * Where a path of the host lies on this machine when the host's root is the folder `root` (like openat2(2) with
 * RESOLVE_IN_ROOT): an absolute link target counts from `root`, and `..` ends at `root`.
 *
 * @param followLast - whether the last part is followed when it is a link
 * @returns null where links go round in circles
 */
export function pathInRoot(root: string, path: string, followLast: boolean): string | null {
  const pending = parts(path)
  const done: string[] = []
  // Linux gives up after 40 links (path_resolution(7)).
  let links = 0
  while (pending.length > 0) {
    const part = pending.shift() ?? ''
    if (part === '..') {
      done.pop()
      continue
    }
    const target = pending.length > 0 || followLast ? linkTarget(posix.join(root, ...done, part)) : null
    if (target === null) {
      done.push(part)
      continue
    }
    links += 1
    if (links > 40) return null
    if (target.startsWith('/')) done.length = 0
    pending.unshift(...parts(target))
  }
  return posix.join(root, ...done)
}

const parts = (path: string): string[] => path.split('/').filter((part) => part !== '' && part !== '.')

function linkTarget(path: string): string | null {
  try {
    return readlinkSync(path)
  } catch {
    // Not a link, not there, or not allowed: the call that follows says which.
    return null
  }
}
