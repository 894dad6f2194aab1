import { defineConnector } from '../../kernel/collect/connector.ts'
import type { HostTransport } from '../../kernel/collect/transport.ts'
import { requiredProcessTable } from './process-table.ts'

/** Time services by the name of their process, which the kernel cuts after 15 characters. */
const DAEMONS = new Map([
  ['chronyd', 'chronyd'],
  ['ntpd', 'ntpd'],
  ['ntpsec', 'ntpd'],
  ['systemd-timesyn', 'systemd-timesyncd'],
  ['openntpd', 'openntpd'],
])

/** Which time service runs, and whether it says that the clock is right. */
export const hostTimeConnector = defineConnector({
  id: 'host.time',
  system: 'host',
  produces: ['time_sync'],
  every: 'PT5M',
  needs: { de: 'keine besonderen Rechte', en: 'no special rights' },
  async collect({ transport }, { emit }) {
    const running = (await requiredProcessTable(transport)).flatMap((process) => DAEMONS.get(process.name) ?? [])
    const daemons = [...new Set(running)].sort()
    if (daemons.length === 0) await emit('time_sync', { daemon: null, synchronised: false })
    for (const daemon of daemons)
      await emit('time_sync', { daemon, synchronised: await isSynchronised(transport, daemon) })
  },
})

async function isSynchronised(transport: HostTransport, daemon: string): Promise<boolean | null> {
  // systemd-timesyncd.service(8): the file is there once the clock has been set from the network.
  if (daemon === 'systemd-timesyncd') return (await transport.stat('/run/systemd/timesync/synchronized')) !== null
  if (daemon === 'chronyd') {
    const tracking = await transport.run('chronyc', ['-c', '-n', 'tracking'])
    if (tracking?.exitCode === 0) return parseTracking(tracking.stdout)
  }
  // The kernel's own mark (adjtimex(2), STA_UNSYNC), which every service keeps.
  const shown = await transport.run('timedatectl', ['show', '--property=NTPSynchronized', '--value'])
  return shown?.exitCode === 0 ? yesNo(shown.stdout.trim()) : null
}

/**
 * Reads `chronyc -c tracking` (chronyc(1)): fourteen fields, the first the reference's id, the last the leap status.
 * A local reference (127.127.1.1) is the host's own clock and no source. Null where it has another form.
 */
export function parseTracking(text: string): boolean | null {
  const fields = text.trim().split(',')
  const leap = fields.at(-1)
  if (fields.length < 13 || leap === undefined) return null
  if (fields[0] === '7F7F0101' || fields[0] === '00000000') return false
  return leap === 'Normal' || leap === 'Insert second' || leap === 'Delete second'
}

const yesNo = (word: string): boolean | null => (word === 'yes' ? true : word === 'no' ? false : null)
