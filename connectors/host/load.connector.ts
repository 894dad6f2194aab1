import type { Fact } from '../../facts/kinds.ts'
import { defineConnector } from '../../kernel/collect/connector.ts'
import type { HostTransport } from '../../kernel/collect/transport.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { clip } from './clip.ts'
import { parseDf } from './df.ts'
import { isPseudo } from './proc-mounts.ts'
import { required } from './source.ts'

/** Load, memory and how full the local file systems are. */
export const hostLoadConnector = defineConnector({
  id: 'host.load',
  system: 'host',
  produces: ['host_load', 'filesystem_usage'],
  every: 'PT1M',
  needs: { de: 'keine besonderen Rechte', en: 'no special rights' },
  async collect({ transport }, { emit, fail }) {
    try {
      for (const row of await filesystems(transport)) await emit('filesystem_usage', row)
    } catch (error) {
      fail('filesystem_usage', error)
    }
    try {
      await emit('host_load', await hostLoad(transport))
    } catch (error) {
      fail('host_load', error)
    }
  },
})

async function hostLoad(transport: HostTransport): Promise<Fact<'host_load'>> {
  const average = /^\S+ \S+ (\d+\.\d+)/.exec(await required(transport, '/proc/loadavg'))?.[1]
  if (average === undefined)
    throw new BergfriedError('collect.unreadable', { what: '/proc/loadavg', reason: 'it has another form' })
  const processors = (await required(transport, '/proc/stat')).match(/^cpu\d+ /gm)?.length ?? 1
  const memory = parseMemory(await required(transport, '/proc/meminfo'))
  return { loadPerCpu: Math.round((Number(average) / processors) * 10) / 10, ...memory }
}

/**
 * Reads /proc/meminfo (proc_meminfo(5)). Available memory is what the kernel can give without swapping.
 *
 * @throws {BergfriedError} `collect.unreadable` where the total is missing
 */
export function parseMemory(text: string): { memoryUsedPercent: number; swapUsedPercent: number } {
  const kilobytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d{1,15}) kB$`, 'm').exec(text)?.[1] ?? Number.NaN)
  const total = kilobytes('MemTotal')
  const available = kilobytes('MemAvailable')
  if (Number.isNaN(total) || Number.isNaN(available)) {
    throw new BergfriedError('collect.unreadable', {
      what: '/proc/meminfo',
      reason: 'MemTotal or MemAvailable is missing',
    })
  }
  return {
    memoryUsedPercent: percent(total - available, total),
    swapUsedPercent: percent(kilobytes('SwapTotal') - kilobytes('SwapFree'), kilobytes('SwapTotal')),
  }
}

const percent = (part: number, whole: number): number =>
  whole > 0 && part > 0 ? Math.min(100, Math.round((part / whole) * 100)) : 0

async function filesystems(transport: HostTransport): Promise<readonly Fact<'filesystem_usage'>[]> {
  // Local ones only: a network file system whose server is away would make df wait.
  const listed = await transport.run('df', ['-l', '--output=fstype,pcent,ipcent,target'])
  if (listed === null) throw new BergfriedError('collect.unreadable', { what: 'df', reason: 'it is not installed' })
  const rows = parseDf(listed.stdout)
  // df ends with 1 when one of many cannot be looked at; without any row nothing was.
  if (rows === null)
    throw new BergfriedError('collect.unreadable', { what: 'df', reason: 'its output has another form' })
  const shown = rows.filter(({ type, target }) => !isPseudo(type) && !(type === 'overlay' && target !== '/'))
  const last = new Map(shown.map((row) => [row.target, row]))
  return [...last.values()].map(({ target, used, inodesUsed }) => ({
    target: clip(target, 512),
    usedPercent: used,
    inodesUsedPercent: inodesUsed,
  }))
}
