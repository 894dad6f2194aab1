import type { HostTransport } from '../../kernel/collect/transport.ts'

export interface InstalledPackage {
  readonly name: string
  readonly version: string
  readonly architecture: string
}

const STATUS_LIMIT = 64 * 1024 * 1024

/** The packages installed according to /var/lib/dpkg/status, or null where there is no such file (no Debian). */
export async function installedPackages(transport: HostTransport): Promise<readonly InstalledPackage[] | null> {
  const text = await transport.readFile('/var/lib/dpkg/status', STATUS_LIMIT)
  return text === null ? null : parseStatusFile(text)
}

/** A package is installed when its third status word says so: `install ok installed`, `hold ok installed`. */
export function parseStatusFile(text: string): readonly InstalledPackage[] {
  const installed: InstalledPackage[] = []
  for (const stanza of stanzas(text)) {
    const name = field(stanza, 'Package')
    const version = field(stanza, 'Version')
    if (name === null || version === null || field(stanza, 'Status')?.split(' ')[2] !== 'installed') continue
    installed.push({ name, version, architecture: field(stanza, 'Architecture') ?? 'all' })
  }
  return installed
}

/** Splits a file of deb-control(5) paragraphs without copying it whole. */
export function* stanzas(text: string): Generator<string> {
  let from = 0
  while (from < text.length) {
    const end = text.indexOf('\n\n', from)
    const to = end < 0 ? text.length : end
    if (to > from) yield text.slice(from, to)
    from = to + 2
  }
}

/** Value of a field on one line, or null. */
export function field(stanza: string, name: string): string | null {
  const mark = `${name}:`
  const at = stanza.startsWith(mark) ? 0 : stanza.indexOf(`\n${mark}`)
  if (at < 0) return null
  const from = (at === 0 && stanza.startsWith(mark) ? 0 : at + 1) + mark.length
  const end = stanza.indexOf('\n', from)
  return stanza.slice(from, end < 0 ? stanza.length : end).trim()
}
