import type { KeyOrderView } from '../../capabilities/fields/contract.ts'
import { defineCommand } from '../command.ts'
import { remoteOf } from '../remote/call.ts'

/** `bergfried keys approve ID [--refuse]`: shows what is asked, word by word, and signs exactly that. */
export const keysApprove = defineCommand({
  name: 'keys approve',
  summary: {
    de: 'gibt einen Auftrag zu einem Schlüssel mit dem eigenen SSH-Schlüssel frei, oder lehnt ihn ab',
    en: 'approves an order about a key with the own SSH key, or refuses it',
  },
  args: [{ name: 'ID', help: { de: 'Nummer des Auftrags', en: 'number of the order' } }],
  options: { refuse: { type: 'boolean', help: { de: 'lehnt ab', en: 'refuses' } } },
  async run(world, { args, options }) {
    const remote = await remoteOf(world)
    const [id = ''] = args
    const de = world.lang === 'de'
    const { text } = await remote.keys<KeyOrderView>('keys-order', { id })
    world.note(text.trimEnd())
    if (options['refuse'] === true) {
      await remote.keys('keys-refuse', { id })
      world.out(de ? 'Abgelehnt' : 'Refused')
      return 0
    }
    const { done } = await remote.keys<{ done: boolean }>('keys-approve', { id, ssh: await remote.approve(text) })
    if (de) world.out(done ? 'Freigegeben und ausgeführt' : 'Freigegeben, andere müssen noch folgen')
    else world.out(done ? 'Approved and carried out' : 'Approved, others have to follow')
    return 0
  },
})
