import type { HostTransport } from '../../kernel/collect/transport.ts'

/** Names by number, from /etc/passwd or /etc/group. A number without an entry stays a number, as text. */
export async function accountNames(
  transport: HostTransport,
  file: '/etc/passwd' | '/etc/group' = '/etc/passwd',
): Promise<(id: number) => string> {
  const names = parseNames((await transport.readFile(file)) ?? '')
  return (id) => names.get(id) ?? String(id)
}

/** The first entry of a number wins, as in getpwuid(3). */
function parseNames(text: string): ReadonlyMap<number, string> {
  const names = new Map<number, string>()
  for (const line of text.split('\n')) {
    const [name, , id] = line.split(':')
    if (name === undefined || name === '' || id === undefined || !/^\d+$/.test(id)) continue
    const number = Number(id)
    if (!names.has(number)) names.set(number, name.slice(0, 256))
  }
  return names
}
