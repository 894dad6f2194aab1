import { differenceDigest } from '../../capabilities/firewall/change/change-text.ts'
import type { ChangeView } from '../../capabilities/firewall/contract.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { defineCommand } from '../command.ts'
import { remoteOf } from '../remote/call.ts'
import { differenceLines } from '../remote/firewall.ts'

/** `bergfried net approve ID [--refuse NOTE]`: shows what a change does, and signs exactly its text. */
export const netApprove = defineCommand({
  name: 'net approve',
  summary: {
    de: 'gibt eine Firewall-Änderung mit dem eigenen SSH-Schlüssel frei, oder lehnt sie ab',
    en: 'approves a firewall change with the own SSH key, or refuses it',
  },
  args: [{ name: 'ID', help: { de: 'Nummer der Änderung', en: 'number of the change' } }],
  options: {
    refuse: { type: 'string', value: 'NOTE', help: { de: 'lehnt ab, mit Grund', en: 'refuses, with a reason' } },
  },
  async run(world, { args, options }) {
    const remote = await remoteOf(world)
    const [id = ''] = args
    const change = await remote.firewall<ChangeView>('firewall-change', { id })
    const { base, rules, host, shown } = change
    // Whoever signs trusts what is on the screen: it has to be what the text is about, whatever the server says.
    if (!change.text.includes(`\ndifference ${differenceDigest(base, rules, host, shown)}\n`)) {
      throw new BergfriedError('firewall.shown', { host })
    }
    for (const line of differenceLines(shown, world.lang)) world.note(line)
    world.note(change.text.trimEnd())
    if (typeof options['refuse'] === 'string') {
      await remote.firewall('firewall-end', { id, how: 'refused', note: options['refuse'] })
      world.out(world.lang === 'de' ? 'Abgelehnt' : 'Refused')
      return 0
    }
    const ssh = await remote.approve(change.text)
    const { ready } = await remote.firewall<{ ready: boolean }>('firewall-approve', { id, ssh })
    if (world.lang === 'de')
      world.out(ready ? `Freigegeben: bergfried net apply ${id}` : 'Freigegeben, andere müssen noch folgen')
    else world.out(ready ? `Approved: bergfried net apply ${id}` : 'Approved, others have to follow')
    return 0
  },
})
