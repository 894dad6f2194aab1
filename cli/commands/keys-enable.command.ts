import { defineCommand } from '../command.ts'
import { required } from '../options.ts'
import { remoteOf } from '../remote/call.ts'
import { ASKING } from '../remote/options.ts'

/** `bergfried keys enable NAME --need TEXT`: a second person carries it out with `bergfried keys approve`. */
export const keysEnable = defineCommand({
  name: 'keys enable',
  summary: {
    de: 'beantragt, dass ein abgeschalteter Schlüssel wieder gilt',
    en: 'asks for a disabled key to be enabled again',
  },
  args: [{ name: 'NAME', help: { de: 'Name des Schlüssels', en: 'name of the key' } }],
  options: { need: ASKING.need },
  async run(world, { args, options }) {
    const remote = await remoteOf(world)
    const wish = { kind: 'enable', key: args[0], need: required(options, 'need') }
    const { id, text } = await remote.keys<{ id: string; text: string }>('keys-ask', wish)
    world.note(text.trimEnd())
    world.out(`bergfried keys approve ${id}`)
    return 0
  },
})
