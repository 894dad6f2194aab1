import { defineConnector } from '../../kernel/collect/connector.ts'
import type { HostCommand, HostTransport } from '../../kernel/collect/transport.ts'
import { BergfriedError } from '../../kernel/errors.ts'

/** Services that systemd knows, how they are, and whether they start at boot. No rows where systemd is not the init system. */
export const hostSystemdConnector = defineConnector({
  id: 'host.systemd',
  system: 'host',
  produces: ['systemd_unit'],
  every: 'PT5M',
  needs: { de: 'keine besonderen Rechte', en: 'no special rights' },
  async collect({ transport }, { emit }) {
    if ((await transport.stat('/run/systemd/system'))?.kind !== 'folder') return
    const shared = ['--type=service', '--plain', '--no-legend', '--no-pager', '--full']
    const units = parseUnits(await output(transport, 'systemctl', ['list-units', '--all', ...shared]))
    const states = parseUnitFiles(await output(transport, 'systemctl', ['list-unit-files', ...shared]))
    for (const { unit, active, sub } of units)
      await emit('systemd_unit', { unit, active, sub, enabled: states.get(unit) ?? null })
  },
})

async function output(transport: HostTransport, command: HostCommand, args: readonly string[]): Promise<string> {
  const result = await transport.run(command, args)
  if (result === null) throw new BergfriedError('collect.unreadable', { what: command, reason: 'it is not installed' })
  if (result.exitCode === 0) return result.stdout
  const reason = result.stderr.trim().split('\n')[0]?.slice(0, 200) || `it ended with ${result.exitCode}`
  throw new BergfriedError('collect.unreadable', { what: `${command} ${args[0] ?? ''}`, reason })
}

/** Lines `unit load active sub description`. Units that others name but that do not exist are left out. */
export function parseUnits(text: string): readonly { unit: string; active: string; sub: string }[] {
  return text.split('\n').flatMap((line) => {
    const [unit, load, active, sub] = line.trim().split(/\s+/)
    if (unit === undefined || active === undefined || sub === undefined || load === 'not-found') return []
    return unit.length > 512 ? [] : [{ unit, active: active.slice(0, 64), sub: sub.slice(0, 64) }]
  })
}

/** Lines `unit state preset`. */
export function parseUnitFiles(text: string): ReadonlyMap<string, string> {
  const states = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [unit, state] = line.trim().split(/\s+/)
    if (unit !== undefined && state !== undefined) states.set(unit, state.slice(0, 64))
  }
  return states
}
