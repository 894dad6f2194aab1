import { setTimeout as sleep } from 'node:timers/promises'
import type { ChangeView } from '../../capabilities/firewall/contract.ts'
import { defineCommand } from '../command.ts'
import { remoteOf } from '../remote/call.ts'
import { stateWord } from '../remote/firewall.ts'

const PAUSE_MS = 500

/** `bergfried net apply ID`: sends an approved change to its host and waits until it is confirmed, taken back or refused. */
export const netApply = defineCommand({
  name: 'net apply',
  summary: {
    de: 'lässt eine freigegebene Firewall-Änderung machen und wartet auf ihr Ende',
    en: 'has an approved firewall change made and waits for its end',
  },
  args: [{ name: 'ID', help: { de: 'Nummer der Änderung', en: 'number of the change' } }],
  async run(world, { args }) {
    const remote = await remoteOf(world)
    const [id = ''] = args
    await remote.firewall('firewall-apply', { id })
    let told = ''
    for (;;) {
      const { state, events, deadline } = await remote.firewall<ChangeView>('firewall-change', { id })
      if (state !== told) world.note(`${stateWord(state, world.lang)}${deadline === null ? '' : ` (${deadline})`}`)
      told = state
      if (['confirmed', 'rolled_back', 'refused', 'withdrawn'].includes(state)) {
        const last = events.at(-1)
        const { why = null, asApproved = null, purged = null } = last ?? {}
        const blind = world.lang === 'de' ? 'bestehende Verbindungen gehen weiter' : 'connections that exist go on'
        const flows = purged === null ? `conntrack: – (${blind})` : `conntrack: ${purged}`
        const more = [why?.[world.lang], asApproved, state === 'confirmed' && flows]
        world.out([stateWord(state, world.lang), ...more.filter((one) => one)].join('  '))
        return state === 'confirmed' && asApproved === 'equal' ? 0 : 1
      }
      await sleep(PAUSE_MS, undefined, { signal: world.signal })
    }
  },
})
