import type { HostTransport } from '../../kernel/collect/transport.ts'
import { field, stanzas } from './dpkg-status.ts'
import { unlessDenied } from './source.ts'

/**
 * When packages were last upgraded, in milliseconds, or null where the logs that are still in plain text tell of no
 * upgrade. Older logs are compressed and not read.
 */
export async function lastUpgrade(transport: HostTransport): Promise<number | null> {
  const zone = await timeZone(transport)
  let newest: number | null = null
  for (const file of ['/var/log/apt/history.log', '/var/log/apt/history.log.1']) {
    const text = await unlessDenied(() => transport.readFile(file), null)
    for (const at of upgradeTimes(text ?? '', zone)) newest = Math.max(newest ?? at, at)
  }
  return newest
}

/** Ends of the runs that upgraded something: `End-Date: 2026-05-12  04:11:09`, in the host's local time. */
export function upgradeTimes(history: string, zone: string): readonly number[] {
  return [...stanzas(history)].flatMap((stanza) => {
    if (field(stanza, 'Upgrade') === null) return []
    const match = /^(\d{4}-\d\d-\d\d) +(\d\d:\d\d:\d\d)$/.exec(field(stanza, 'End-Date') ?? '')
    const local = Date.parse(`${match?.[1]}T${match?.[2]}Z`)
    return Number.isNaN(local) ? [] : [local - offset(local, zone)]
  })
}

/** Time zone of the host, by /etc/timezone or the link /etc/localtime; UTC where neither names a known one. */
async function timeZone(transport: HostTransport): Promise<string> {
  const written = (await transport.readFile('/etc/timezone'))?.trim()
  const linked = /zoneinfo\/(.+)$/.exec((await transport.readLink('/etc/localtime')) ?? '')?.[1]
  return [linked, written].find((zone) => zone !== undefined && isKnown(zone)) ?? 'UTC'
}

function isKnown(zone: string): boolean {
  try {
    return zone !== '' && new Intl.DateTimeFormat('en', { timeZone: zone }) !== null
  } catch {
    return false
  }
}

/** Milliseconds by which a zone is ahead of UTC around an instant. Within an hour of a change it may be the other one. */
function offset(at: number, zone: string): number {
  const name = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' })
    .formatToParts(new Date(at))
    .find((part) => part.type === 'timeZoneName')?.value
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(name ?? '') ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000
}
