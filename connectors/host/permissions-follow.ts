import type { FileStat, HostTransport } from '../../kernel/collect/transport.ts'
import { BergfriedError } from '../../kernel/errors.ts'

/** Links that Linux follows at most for one path. */
const MOST_LINKS = 40

/** A path as it is after its last links were followed, and what lies there. */
interface Followed {
  readonly path: string
  readonly stat: FileStat
}

/**
 * Like stat(2): follows links at the end of the path; the transport follows those before it.
 *
 * @returns null where nothing is there, also behind a link that leads nowhere
 * @throws {BergfriedError} `collect.unreadable` for links that go round in circles, and what the transport throws
 */
export async function follow(transport: HostTransport, path: string): Promise<Followed | null> {
  let at = path
  for (let links = 0; links <= MOST_LINKS; links++) {
    const stat = await transport.stat(at)
    if (stat === null) return null
    if (stat.kind !== 'link') return { path: at, stat }
    const target = await transport.readLink(at)
    if (target === null) return null
    at = target.startsWith('/') ? target : `${at.slice(0, at.lastIndexOf('/'))}/${target}`
  }
  throw new BergfriedError('collect.unreadable', { what: path, reason: 'ELOOP' })
}
