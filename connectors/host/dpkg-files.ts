import type { HostTransport } from '../../kernel/collect/transport.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { inParallel } from './in-parallel.ts'

const INFO = '/var/lib/dpkg/info'
const LIST_LIMIT = 64 * 1024 * 1024

/**
 * Which Debian package brought each of the files, by path. Files that no package brought have no entry.
 *
 * dpkg notes the path as the package has it, which since the merge of /usr may be `/bin/su` for `/usr/bin/su` and the
 * other way round; and a file that was diverted lies elsewhere (dpkg-divert(1)).
 *
 * @throws {BergfriedError} `collect.unreadable` where the host has no dpkg database
 */
export async function packagesOf(
  transport: HostTransport,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const entries = await transport.list(INFO)
  if (entries === null)
    throw new BergfriedError('collect.unreadable', { what: INFO, reason: 'this host has no dpkg database' })
  const wanted = await namesInPackages(transport, paths)
  const owners = new Map<string, string>()
  const lists = entries.filter((entry) => entry.endsWith('.list'))
  await inParallel(lists, 8, async (entry) => {
    const text = (await transport.readFile(`${INFO}/${entry}`, LIST_LIMIT)) ?? ''
    for (const line of text.split('\n')) {
      const path = wanted.get(line)
      if (path !== undefined) owners.set(path, packageName(entry))
    }
  })
  return owners
}

/** `libc6:amd64.list` lists the files of libc6. */
const packageName = (entry: string): string => entry.slice(0, -'.list'.length).replace(/:.*/, '').slice(0, 512)

/** From the path as it may stand in a list to the path as it was found. */
async function namesInPackages(
  transport: HostTransport,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const diverted = parseDiversions((await transport.readFile('/var/lib/dpkg/diversions')) ?? '')
  const names = new Map<string, string>()
  for (const path of paths) {
    for (const name of [path, ...(diverted.get(path) ?? [])]) {
      names.set(name, path)
      names.set(otherSideOfUsr(name), path)
    }
  }
  return names
}

const otherSideOfUsr = (path: string): string =>
  /^\/(bin|sbin|lib|lib32|lib64|libx32)\//.test(path)
    ? `/usr${path}`
    : path.replace(/^\/usr(\/(bin|sbin|lib|lib32|lib64|libx32)\/)/, '$1')

/** Three lines for each: where the package has the file, where it lies now, who moved it. */
function parseDiversions(text: string): ReadonlyMap<string, readonly string[]> {
  const lines = text.split('\n')
  const found = new Map<string, string[]>()
  for (let i = 0; i + 1 < lines.length; i += 3) {
    const [from, to] = [lines[i] ?? '', lines[i + 1] ?? '']
    if (from.startsWith('/') && to.startsWith('/')) found.set(to, [...(found.get(to) ?? []), from])
  }
  return found
}
