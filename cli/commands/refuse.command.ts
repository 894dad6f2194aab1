import { defineCommand } from '../command.ts'
import { remoteOf } from '../remote/call.ts'

/** `bergfried refuse ID [--note TEXT]`: for good. */
export const refuseCommand = defineCommand({
  name: 'refuse',
  summary: { de: 'lehnt einen Antrag ab', en: 'refuses a request' },
  args: [{ name: 'ID', help: { de: 'Nummer des Antrags', en: 'number of the request' } }],
  options: { note: { type: 'string', value: 'TEXT', help: { de: 'warum', en: 'why' } } },
  async run(world, { args, options }) {
    await (await remoteOf(world)).call('refuse', { id: args[0], note: options['note'] ?? '' })
    world.out(world.lang === 'de' ? 'Abgelehnt' : 'Refused')
    return 0
  },
})
