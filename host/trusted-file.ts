import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { codeOf, problem } from './errors.ts'

/**
 * Reads a file that only its owner may change: a plain file, no link, not writable by group or others.
 *
 * @param mostBytes of it; more is refused
 * @param owner uid; root where not given
 * @param forbidden rights that make it unsafe; 0o077 for a secret
 * @throws {HostError} `unsafe`: not so; `failed`: cannot be read; `malformed`: too long
 */
export function readTrusted(path: string, mostBytes: number, owner = 0, forbidden = 0o022): Buffer {
  let file: number
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    throw problem('failed', path, `cannot be read (${codeOf(error)})`, `ist nicht lesbar (${codeOf(error)})`, {
      cause: error,
    })
  }
  try {
    const stat = fstatSync(file)
    if (!stat.isFile() || stat.uid !== owner || (stat.mode & forbidden) !== 0) {
      throw problem('unsafe', path, 'is open to others', 'steht anderen offen')
    }
    if (stat.size > mostBytes) throw problem('malformed', path, 'too long', 'zu lang')
    const bytes = Buffer.alloc(stat.size)
    let length = 0
    while (length < bytes.length) {
      const read = readSync(file, bytes, length, bytes.length - length, length)
      if (read === 0) throw problem('failed', path, 'became shorter', 'wurde kürzer')
      length += read
    }
    return bytes
  } finally {
    closeSync(file)
  }
}
