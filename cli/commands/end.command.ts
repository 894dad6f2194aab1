import { setTimeout as sleep } from 'node:timers/promises'
import type { GrantView } from '../../capabilities/access/contract.ts'
import { defineCommand } from '../command.ts'
import { remoteOf } from '../remote/call.ts'

const PAUSE_MS = 300

/** `bergfried end ID [--wait]`: ends access before its time. */
export const end = defineCommand({
  name: 'end',
  summary: { de: 'beendet einen Zugang vor seiner Zeit', en: 'ends access before its time' },
  args: [{ name: 'ID', help: { de: 'Nummer des Zugangs', en: 'number of the grant' } }],
  options: {
    wait: { type: 'boolean', help: { de: 'wartet, bis er nachweislich weg ist', en: 'waits until it is proven gone' } },
  },
  async run(world, { args, options }) {
    const remote = await remoteOf(world)
    const { case: id } = await remote.call<{ case: string }>('end', { id: args[0] })
    world.out(world.lang === 'de' ? `Beendet, Fall ${id}` : `Ended, case ${id}`)
    if (options['wait'] !== true) return 0
    for (;;) {
      const { gone } = await remote.get<{ gone: boolean }>(`/api/access/requests/${args[0]}/state`)
      if (gone) break
      await sleep(PAUSE_MS, undefined, { signal: world.signal })
    }
    const grant = await remote.call<GrantView>('grant', { id: args[0] }).catch(() => null)
    const seconds =
      grant?.step?.verifiedAt == null
        ? null
        : (Date.parse(grant.step.verifiedAt) - Date.parse(grant.step.openedAt)) / 1000
    const took = seconds === null ? '' : ` (${seconds} s)`
    world.out(world.lang === 'de' ? `Nachweislich weg${took}` : `Proven gone${took}`)
    return 0
  },
})
