import { defineCommand } from '../command.ts'
import { oneOf, required } from '../options.ts'
import { remoteOf } from '../remote/call.ts'

/** `bergfried lock person|host NAME --reason TEXT [--left]`: ends everything of it at once. */
export const lockCommand = defineCommand({
  name: 'lock',
  summary: {
    de: 'sperrt eine Person oder Maschine und beendet alles sofort',
    en: 'locks a person or host and ends everything at once',
  },
  args: [
    { name: 'person|host', help: { de: 'was', en: 'what' } },
    { name: 'NAME', help: { de: 'wen', en: 'whom' } },
  ],
  options: {
    reason: { type: 'string', value: 'TEXT', help: { de: 'warum', en: 'why' } },
    left: { type: 'boolean', help: { de: 'die Person ist ausgeschieden', en: 'the person has left' } },
  },
  async run(world, { args, options }) {
    const { cases } = await (await remoteOf(world)).call<{ cases: string[] }>('lock', {
      kind: oneOf(args[0] ?? '', ['person', 'host'] as const, 'person|host'),
      target: args[1],
      reason: required(options, 'reason'),
      left: options['left'] === true,
    })
    world.out(world.lang === 'de' ? `Gesperrt, ${cases.length} Fälle` : `Locked, ${cases.length} cases`)
    return 0
  },
})
