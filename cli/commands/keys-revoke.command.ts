import { defineCommand } from '../command.ts'
import { remoteOf } from '../remote/call.ts'

/** `bergfried keys revoke ID`: the keeper refuses the next use. */
export const keysRevoke = defineCommand({
  name: 'keys revoke',
  summary: {
    de: 'beendet eine Freigabe sofort: der Schlüsselverwahrer lehnt die nächste Nutzung ab',
    en: 'ends a grant at once: the keeper refuses the next use',
  },
  args: [{ name: 'ID', help: { de: 'Nummer der Freigabe', en: 'number of the grant' } }],
  async run(world, { args }) {
    await (await remoteOf(world)).keys('keys-revoke', { id: args[0] })
    world.out(world.lang === 'de' ? 'Beendet' : 'Ended')
    return 0
  },
})
